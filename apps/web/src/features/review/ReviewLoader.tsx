'use client';

import { Center, Loader } from '@mantine/core';
import dynamic from 'next/dynamic';

const ReviewPage = dynamic(() => import('./ReviewPage.tsx'), { ssr: false, loading: Loading });

/** The review lives on canvas: there is nothing a server could render of it. */
export function ReviewLoader({ projectId, imageId }: { projectId: string; imageId: string }) {
  return <ReviewPage projectId={projectId} imageId={imageId} />;
}

function Loading() {
  return (
    <Center component="main" h="100dvh">
      <Loader />
    </Center>
  );
}
