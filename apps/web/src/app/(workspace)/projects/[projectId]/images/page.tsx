import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ImagesPage } from '@/features/images/ImagesPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('images');
  return { title: t('title') };
}

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  await requireSession(`/projects/${projectId}/images`);
  return <ImagesPage projectId={projectId} />;
}
