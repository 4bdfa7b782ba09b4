import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { HomePage } from '@/features/home/HomePage.tsx';
import { requireSession } from '@/server/auth.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('home');
  return { title: t('title') };
}

export default async function Page() {
  await requireSession('/');
  return <HomePage />;
}
