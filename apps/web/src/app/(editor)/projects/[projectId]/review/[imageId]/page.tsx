import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ReviewLoader } from '@/features/review/ReviewLoader.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('review');
  return { title: t('title') };
}

export default async function Page({ params }: { params: Promise<{ projectId: string; imageId: string }> }) {
  const { projectId, imageId } = await params;
  await requireSession(`/projects/${projectId}/review/${imageId}`);
  return <ReviewLoader projectId={projectId} imageId={imageId} />;
}
