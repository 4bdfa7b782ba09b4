import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { SignInPage } from '@/features/session/SignInPage.tsx';
import { safeCallback } from '@/features/session/sign-in-failure.ts';
import { getSession } from '@/server/auth.ts';

interface Props {
  readonly searchParams: Promise<{ callbackUrl?: string | string[]; error?: string | string[] }>;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('signIn');
  return { title: t('title') };
}

export default async function Page({ searchParams }: Props) {
  const { callbackUrl, error } = await searchParams;
  const target = safeCallback(first(callbackUrl));
  if (!error && (await getSession())) redirect(target);
  return <SignInPage callbackUrl={target} error={first(error) ?? null} />;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
