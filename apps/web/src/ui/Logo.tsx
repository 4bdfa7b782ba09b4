/** A mask's outline that closes on itself, and the one click that made it. Decorative: the name stands beside it. */
export function LogoMark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        d="M16.2 3.6c5.9-.5 11 2.7 12 8.3.7 4-1.4 6.3-1.7 9.4-.5 4.7-4.5 7.5-9.6 7.1-3.4-.3-5-2.3-8.1-3.1-4.2-1.2-6-4.6-5.2-9C4.6 9.7 9.3 4.2 16.2 3.6Z"
        fill="var(--mantine-primary-color-filled)"
        fillOpacity="0.16"
        stroke="var(--mantine-primary-color-filled)"
        strokeWidth="2.6"
        strokeLinejoin="round"
      />
      <circle cx="18.2" cy="14.2" r="4.1" fill="#ff6b4a" />
    </svg>
  );
}

/** Mark and name. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: size * 0.32 }}>
      <LogoMark size={size} />
      <span style={{ fontWeight: 680, fontSize: size * 0.64, letterSpacing: '-0.015em' }}>Maskloop</span>
    </span>
  );
}
