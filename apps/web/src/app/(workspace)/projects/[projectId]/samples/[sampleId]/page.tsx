import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { SamplePage } from '@/features/samples/SamplePage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('samples');
  return { title: t('title') };
}

export default async function Page({ params }: { params: Promise<{ projectId: string; sampleId: string }> }) {
  const { projectId, sampleId } = await params;
  await requireSession(`/projects/${projectId}/samples/${sampleId}`);
  return <SamplePage projectId={projectId} sampleId={sampleId} />;
}
