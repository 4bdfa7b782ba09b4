import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ModelsPage } from '@/features/models/ModelsPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('models');
  return { title: t('title') };
}

export default async function Page() {
  await requireSession('/models');
  return <ModelsPage />;
}
