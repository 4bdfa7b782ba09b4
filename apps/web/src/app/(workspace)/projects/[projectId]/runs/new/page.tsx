import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NewRunPage } from '@/features/runs/NewRunPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('runs');
  return { title: t('new') };
}

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  await requireSession(`/projects/${projectId}/runs/new`);
  return <NewRunPage projectId={projectId} />;
}
