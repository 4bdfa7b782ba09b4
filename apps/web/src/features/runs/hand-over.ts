'use client';

// Images selected on one page for a run that is ordered on another. Kept for the tab only: a thousand ids are too
// many for an address.

const keyOf = (projectId: string) => `maskloop.run-selection.${projectId}`;

export function handOverSelection(projectId: string, imageIds: readonly string[]): void {
  sessionStorage.setItem(keyOf(projectId), JSON.stringify(imageIds));
}

/** @returns none when nothing was handed over in this tab */
export function takenOverSelection(projectId: string): string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(keyOf(projectId)) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id): id is string => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
