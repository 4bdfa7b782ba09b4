/** AS1: at most one active lease per image; AS2: it ends by submission, release or timeout. */
export const ASSIGNMENT_STATES = ['active', 'submitted', 'released', 'expired'] as const;
export type AssignmentState = (typeof ASSIGNMENT_STATES)[number];

/** The editor renews at a third of the lease, so two lost renewals are survived (AS3). */
export function renewEveryMs(leaseMs: number): number {
  return Math.floor(leaseMs / 3);
}

/** AS4: an end is final; only an active lease moves. */
export function canMove(from: AssignmentState, to: AssignmentState): boolean {
  return from === 'active' && to !== 'active';
}
