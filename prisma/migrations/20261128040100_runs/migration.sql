-- Runs: proposals that a later run, or a roll-back, took away; what a dry run found; figures without sorting.

ALTER TABLE "Run" ALTER COLUMN "priority" DROP DEFAULT;

ALTER TABLE "RunItem" ADD COLUMN "preview" JSONB;
DROP INDEX "RunItem_runId_state_idx";
CREATE INDEX "RunItem_runId_state_imageId_idx" ON "RunItem"("runId", "state", "imageId");
CREATE INDEX "RunItem_runId_updatedAt_idx" ON "RunItem"("runId", "updatedAt");

ALTER TABLE "Mask" ADD COLUMN "withdrawnByRunId" UUID;
CREATE INDEX "Mask_withdrawnByRunId_imageId_idx" ON "Mask"("withdrawnByRunId", "imageId");
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_withdrawnByRunId_fkey" FOREIGN KEY ("withdrawnByRunId") REFERENCES "Run"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- RN2: only a run withdraws, and what it withdrew is gone without a person having removed it
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_withdrawn_check"
  CHECK ("withdrawnByRunId" IS NULL OR ("removedAt" IS NOT NULL AND "removedById" IS NULL AND "runId" IS NOT NULL));
ALTER TABLE "RunItem"
  ADD CONSTRAINT "RunItem_proposals_check" CHECK ("proposals" >= 0),
  ADD CONSTRAINT "RunItem_ms_check" CHECK ("ms" >= 0);
