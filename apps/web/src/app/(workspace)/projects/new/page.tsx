import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { CreateProjectPage } from '@/features/projects/CreateProjectPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('wizard');
  return { title: t('title') };
}

export default async function Page() {
  await requireSession('/projects/new');
  return <CreateProjectPage />;
}
