import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ReviewQueuePage } from '@/features/review/ReviewQueuePage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('review');
  return { title: t('title') };
}

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  await requireSession(`/projects/${projectId}/review`);
  return <ReviewQueuePage projectId={projectId} />;
}
