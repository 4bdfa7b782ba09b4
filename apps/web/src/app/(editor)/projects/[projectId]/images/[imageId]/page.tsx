import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { EditorLoader } from '@/features/annotate/EditorLoader.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('annotate');
  return { title: t('title') };
}

export default async function Page({ params }: { params: Promise<{ projectId: string; imageId: string }> }) {
  const { projectId, imageId } = await params;
  await requireSession(`/projects/${projectId}/images/${imageId}`);
  return <EditorLoader projectId={projectId} imageId={imageId} />;
}
