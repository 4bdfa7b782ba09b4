import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { VersionPage } from '@/features/datasets/VersionPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('datasets');
  return { title: t('title') };
}

export default async function Page({
  params,
}: {
  params: Promise<{ projectId: string; datasetVersionId: string }>;
}) {
  const { projectId, datasetVersionId } = await params;
  await requireSession(`/projects/${projectId}/datasets/${datasetVersionId}`);
  return <VersionPage projectId={projectId} datasetVersionId={datasetVersionId} />;
}
