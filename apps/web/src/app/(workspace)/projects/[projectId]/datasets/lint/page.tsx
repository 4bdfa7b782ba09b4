import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { LintPage } from '@/features/lint/LintPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('lint');
  return { title: t('title') };
}

export default async function Page({
  params,
  searchParams,
}: {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<{ version?: string }>;
}) {
  const { projectId } = await params;
  const { version } = await searchParams;
  await requireSession(`/projects/${projectId}/datasets/lint`);
  return <LintPage projectId={projectId} datasetVersionId={version || null} />;
}
