import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { MembersPage } from '@/features/members/MembersPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('members');
  return { title: t('title') };
}

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  await requireSession(`/projects/${projectId}/members`);
  return <MembersPage projectId={projectId} />;
}
