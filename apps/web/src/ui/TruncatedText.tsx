'use client';

import { Text, type TextProps, Tooltip } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';

interface TruncatedTextProps extends TextProps {
  readonly children: string;
  /** rendered instead of the plain text, such as a link with the same text */
  readonly as?: ReactNode;
}

/** One line of text; what does not fit is shown in a tooltip, and only then. */
export function TruncatedText({ children, as, ...text }: TruncatedTextProps) {
  const line = useRef<HTMLDivElement>(null);
  const [clipped, setClipped] = useState(false);
  const measure = () => {
    const element = line.current;
    if (element) setClipped(element.scrollWidth > element.clientWidth);
  };
  return (
    <Tooltip label={children} disabled={!clipped} style={{ overflowWrap: 'anywhere' }}>
      <Text
        component="div"
        truncate="end"
        miw={0}
        {...text}
        ref={line}
        onMouseEnter={measure}
        onFocusCapture={measure}
      >
        {as ?? children}
      </Text>
    </Tooltip>
  );
}
