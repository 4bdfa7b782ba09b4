import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { SamplesPage } from '@/features/samples/SamplesPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('samples');
  return { title: t('title') };
}

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  await requireSession(`/projects/${projectId}/samples`);
  return <SamplesPage projectId={projectId} />;
}
