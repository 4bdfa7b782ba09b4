import type { SyntheticEvent } from 'react';

/** A thumbnail that cannot be had leaves its empty frame, not the browser's sign for a broken picture. */
export function hidePicture({ currentTarget }: SyntheticEvent<HTMLImageElement>): void {
  currentTarget.style.visibility = 'hidden';
}
