import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { UsersPage } from '@/features/admin/UsersPage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('users');
  return { title: t('title') };
}

export default async function Page() {
  await requireSession('/admin/users');
  return <UsersPage />;
}
