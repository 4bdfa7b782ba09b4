import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { HealthPage } from '@/features/admin/HealthPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('health');
  return { title: t('title') };
}

export default async function Page() {
  await requireSession('/admin/health');
  return <HealthPage />;
}
