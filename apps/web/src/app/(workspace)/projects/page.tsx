import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ProjectsPage } from '@/features/projects/ProjectsPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('projects');
  return { title: t('title') };
}

export default async function Page() {
  await requireSession('/projects');
  return <ProjectsPage />;
}
