import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { DifferencePage } from '@/features/datasets/DifferencePage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('difference');
  return { title: t('title') };
}

export default async function Page({
  params,
  searchParams,
}: {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<{ from?: string; to?: string }>;
}) {
  const { projectId } = await params;
  const { from, to } = await searchParams;
  await requireSession(`/projects/${projectId}/datasets/compare`);
  return <DifferencePage projectId={projectId} fromId={from || null} toId={to || null} />;
}
