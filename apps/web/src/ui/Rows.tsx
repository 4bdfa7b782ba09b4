import { Skeleton, Stack } from '@mantine/core';

/** Placeholder of a list or table that is on its way. */
export function RowsSkeleton({
  rows = 6,
  height = 36,
  label,
}: {
  rows?: number;
  height?: number;
  label: string;
}) {
  return (
    <Stack gap={8} role="status" aria-label={label} aria-busy>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={row} height={height} />
      ))}
    </Stack>
  );
}
