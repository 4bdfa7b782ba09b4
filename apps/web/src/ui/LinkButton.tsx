'use client';

import { Button, type ButtonProps } from '@mantine/core';
import Link from 'next/link';

interface LinkButtonProps extends ButtonProps {
  readonly href: string;
  readonly 'aria-label'?: string;
}

/** A link that looks like a button; also for server components, which cannot hand a component to one. */
export function LinkButton({ href, ...button }: LinkButtonProps) {
  return <Button component={Link} href={href} {...button} />;
}
