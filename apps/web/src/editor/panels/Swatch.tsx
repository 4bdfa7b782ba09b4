import styles from '../editor.module.css';

/** A class's or a mask's colour; hatched for what nobody has judged. */
export function Swatch({ colour, hatched = false }: { readonly colour: string; readonly hatched?: boolean }) {
  const background = hatched
    ? `repeating-linear-gradient(45deg, ${colour} 0 2px, transparent 2px 4px)`
    : colour;
  return <span className={styles.swatch} style={{ background, borderColor: colour }} aria-hidden />;
}
