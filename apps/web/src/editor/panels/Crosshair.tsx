import { useEffect, useRef } from 'react';
import styles from '../editor.module.css';

/** Two lines through the pointer, moved without a render. */
export function Crosshair({ root }: { readonly root: HTMLElement }) {
  const vertical = useRef<HTMLDivElement>(null);
  const horizontal = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const move = (event: PointerEvent) => {
      const box = root.getBoundingClientRect();
      if (vertical.current) vertical.current.style.transform = `translateX(${event.clientX - box.left}px)`;
      if (horizontal.current) horizontal.current.style.transform = `translateY(${event.clientY - box.top}px)`;
    };
    root.addEventListener('pointermove', move);
    return () => root.removeEventListener('pointermove', move);
  }, [root]);
  return (
    <div className={styles.crosshair} aria-hidden>
      <div ref={vertical} />
      <div ref={horizontal} />
    </div>
  );
}
