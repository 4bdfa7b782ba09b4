import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ModelPage } from '@/features/models/ModelPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('models');
  return { title: t('title') };
}

export default async function Page({ params }: { params: Promise<{ modelVersionId: string }> }) {
  const { modelVersionId } = await params;
  await requireSession(`/models/${modelVersionId}`);
  return <ModelPage modelVersionId={modelVersionId} />;
}
