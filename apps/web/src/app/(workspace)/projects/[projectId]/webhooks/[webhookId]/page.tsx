import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { DeliveriesPage } from '@/features/webhooks/DeliveriesPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('webhooks');
  return { title: t('deliveries') };
}

export default async function Page({
  params,
}: {
  params: Promise<{ projectId: string; webhookId: string }>;
}) {
  const { projectId, webhookId } = await params;
  await requireSession(`/projects/${projectId}/webhooks/${webhookId}`);
  return <DeliveriesPage projectId={projectId} webhookId={webhookId} />;
}
