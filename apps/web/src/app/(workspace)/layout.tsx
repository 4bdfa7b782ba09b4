import type { ReactNode } from 'react';
import { UploadPanel } from '@/features/images/upload/UploadPanel.tsx';
import { AppFrame } from '@/features/shell/AppFrame.tsx';
import { getSession } from '@/server/auth.ts';

/** Uploads go on while one moves between pages, so their panel belongs to the frame. */
export default async function WorkspaceLayout({ children }: { children: ReactNode }) {
  // strangers are on their way to the sign-in page: a frame that asks for their projects would only get in the way
  if (!(await getSession())) return children;
  return (
    <AppFrame>
      {children}
      <UploadPanel />
    </AppFrame>
  );
}
