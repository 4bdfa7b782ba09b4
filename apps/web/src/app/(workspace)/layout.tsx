import type { ReactNode } from 'react';
import { UploadPanel } from '@/features/images/upload/UploadPanel.tsx';
import { AppFrame } from '@/features/shell/AppFrame.tsx';

/** Uploads go on while one moves between pages, so their panel belongs to the frame. */
export default function WorkspaceLayout({ children }: { children: ReactNode }) {
  return (
    <AppFrame>
      {children}
      <UploadPanel />
    </AppFrame>
  );
}
