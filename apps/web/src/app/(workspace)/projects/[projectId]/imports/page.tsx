import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ImportsPage } from '@/features/imports/ImportsPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('imports');
  return { title: t('title') };
}

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  await requireSession(`/projects/${projectId}/imports`);
  return <ImportsPage projectId={projectId} />;
}
