import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { EmbeddingsPage } from '@/features/admin/EmbeddingsPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('embeddings');
  return { title: t('title') };
}

export default async function Page() {
  await requireSession('/admin/embeddings');
  return <EmbeddingsPage />;
}
