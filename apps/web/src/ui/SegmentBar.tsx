import { ColorSwatch, Group, Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Segment {
  readonly key: string;
  readonly label: string;
  readonly count: number;
  /** CSS colour */
  readonly colour: string;
}

interface SegmentBarProps {
  /** read out instead of the picture */
  readonly label: string;
  readonly segments: readonly Segment[];
  readonly format: (count: number) => string;
  /** wraps a legend entry, such as in a link */
  readonly entry?: (segment: Segment, children: ReactNode) => ReactNode;
}

/** How a whole divides: a bar, and the same in words below it. */
export function SegmentBar({ label, segments, format, entry }: SegmentBarProps) {
  const total = segments.reduce((sum, { count }) => sum + count, 0);
  return (
    <div>
      <Progress.Root size={14} radius="sm" role="img" aria-label={label}>
        {segments.map(({ key, count, colour }) =>
          count > 0 ? (
            <Progress.Section
              key={key}
              value={(100 * count) / total}
              color={colour}
              withAria={false}
              style={{ minWidth: 3 }}
            />
          ) : null,
        )}
      </Progress.Root>
      <Group component="ul" gap="lg" mt="sm" p={0} m={0} style={{ listStyle: 'none', rowGap: 6 }}>
        {segments.map((segment) => {
          const content = (
            <Group gap={6} wrap="nowrap" component="span">
              <ColorSwatch component="span" color={segment.colour} size={10} radius={3} withShadow={false} />
              <Text span size="sm">
                {segment.label}
              </Text>
              <Text span size="sm" fw={600} className="ml-tabular">
                {format(segment.count)}
              </Text>
            </Group>
          );
          return <li key={segment.key}>{entry ? entry(segment, content) : content}</li>;
        })}
      </Group>
    </div>
  );
}
