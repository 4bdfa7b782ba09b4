import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { LineagePage } from '@/features/masks/LineagePage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('lineage');
  return { title: t('title') };
}

export default async function Page({ params }: { params: Promise<{ projectId: string; maskId: string }> }) {
  const { projectId, maskId } = await params;
  await requireSession(`/projects/${projectId}/masks/${maskId}`);
  return <LineagePage projectId={projectId} maskId={maskId} />;
}
