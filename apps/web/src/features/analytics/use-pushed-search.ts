import { useSearchParams } from 'next/navigation';
import { useEffect, useRef } from 'react';

/**
 * Pushes addresses that are made from the search part of the one before, for choices that may come faster than they are drawn.
 *
 * The router writes an address again once it has drawn it, also when a newer one was pushed meanwhile; until the newer one
 * is drawn, too, `window.location` says the older. So the last one pushed is remembered until it is drawn, and a quick
 * second choice is added to the first. Going back or on forgets it.
 */
export function usePushedSearch(): (next: (now: URLSearchParams) => string) => void {
  const drawn = useSearchParams().toString();
  const last = useRef<URL | null>(null);
  useEffect(() => {
    if (last.current?.searchParams.toString() === drawn) last.current = null;
  }, [drawn]);
  useEffect(() => {
    const forget = () => {
      last.current = null;
    };
    window.addEventListener('popstate', forget);
    return () => window.removeEventListener('popstate', forget);
  }, []);
  return (next) => {
    const here = last.current ?? new URL(window.location.href);
    last.current = new URL(next(here.searchParams), here);
    window.history.pushState(null, '', last.current);
  };
}
