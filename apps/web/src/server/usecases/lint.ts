import 'server-only';
import { type DbClient, inTransaction, lint, newId, projects } from '@maskloop/db';
import {
  fixOf,
  type LintFix,
  MaskOperation,
  type MaskOperationInput,
  type OperationAnswer,
} from '@maskloop/domain';
import { dispatch, requestJob } from '@maskloop/jobs';
import { compressCounts } from '@maskloop/sam-core';
import { applyOperations } from './apply-operations.ts';
import { demandImage } from './demand.ts';
import { demandLease } from './demand-lease.ts';

interface LintContext {
  readonly db: DbClient;
  readonly user: { readonly id: string };
  readonly projectId: string;
}

/** Orders a check of a project's masks, or of a dataset version's. @returns the scan's id; its state comes by events */
export async function startScan(
  { db, user, projectId }: LintContext,
  datasetVersionId: string | null,
): Promise<{ id: string }> {
  const { scanId, jobId } = await inTransaction(db, async (tx) => {
    const { lint: policy } = await projects.settingsOf(tx, projectId);
    const { id } = await lint.createScan(
      tx,
      { projectId, datasetVersionId },
      { policy, createdById: user.id },
    );
    const job = await requestJob(tx, 'masks.lint', { scanId: id }, { projectId, requestedById: user.id });
    return { scanId: id, jobId: job.id };
  });
  await dispatch(jobId);
  return { id: scanId };
}

/** What became of one finding that somebody wanted fixed. */
export interface FixAnswer {
  readonly findingId: string;
  readonly status: 'fixed' | 'moved-on' | 'refused';
  readonly reason: string | null;
}

/**
 * LN3: quick fixes of findings, each an ordinary operation of the person who asked, with the origin that PV1 gives it.
 * A mask that changed since it was looked at is left alone. Findings that are not of this project are passed over as
 * moved on.
 */
export async function fixFindings(context: LintContext, findingIds: readonly string[]): Promise<FixAnswer[]> {
  const answers: FixAnswer[] = [];
  for (const findingId of findingIds) answers.push(await fix(context, findingId));
  return answers;
}

async function fix({ db, user, projectId }: LintContext, findingId: string): Promise<FixAnswer> {
  const found = await lint.finding(db, findingId);
  if (!found || found.projectId !== projectId || !found.open) {
    return { findingId, status: 'moved-on', reason: null };
  }
  const { image, stage } = await demandImage(db, found.imageId);
  await demandLease(db, image.id, user.id);
  const how = fixOf(found.rule, found.counts, image, found.policy, found.otherCounts);
  const [answer] = await applyOperations(db, { image, projectId, stage, userId: user.id, tabId: null }, [
    MaskOperation.parse(operationOf(how, found)),
  ]);
  return { findingId, ...outcomeOf(answer) };
}

function operationOf(
  how: LintFix,
  { maskId, revisionId }: { readonly maskId: string; readonly revisionId: string },
): MaskOperationInput {
  if (how.kind === 'remove') return { id: newId(), maskId, kind: 'remove' };
  return {
    id: newId(),
    maskId,
    kind: 'revise',
    edit: 'draw',
    baseRevisionId: revisionId,
    counts: compressCounts(how.rle.counts),
  };
}

function outcomeOf(answer: OperationAnswer | undefined): Pick<FixAnswer, 'status' | 'reason'> {
  switch (answer?.result.status) {
    case 'applied':
      return { status: 'fixed', reason: null };
    // somebody saved between the look and the fix: theirs is the head, ours a branch beside it
    case 'branched':
      return { status: 'moved-on', reason: null };
    default:
      return {
        status: 'refused',
        reason: answer?.result.status === 'refused' ? answer.result.message : null,
      };
  }
}
