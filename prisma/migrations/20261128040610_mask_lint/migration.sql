-- CreateEnum
CREATE TYPE "LintRule" AS ENUM ('empty', 'outside', 'full_image', 'speck', 'islands', 'holes', 'duplicate', 'overlap');

-- CreateTable
CREATE TABLE "LintScan" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "datasetVersionId" UUID,
    "state" "BuildState" NOT NULL DEFAULT 'pending',
    "policy" JSONB NOT NULL,
    "images" INTEGER NOT NULL DEFAULT 0,
    "imagesDone" INTEGER NOT NULL DEFAULT 0,
    "masks" INTEGER NOT NULL DEFAULT 0,
    "tally" JSONB NOT NULL DEFAULT '{}',
    "afterImageId" UUID,
    "error" TEXT,
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "LintScan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LintFinding" (
    "id" UUID NOT NULL,
    "scanId" UUID NOT NULL,
    "rule" "LintRule" NOT NULL,
    "imageId" UUID NOT NULL,
    "maskId" UUID NOT NULL,
    "revisionId" UUID NOT NULL,
    "otherMaskId" UUID,
    "parts" INTEGER NOT NULL,
    "pixels" INTEGER NOT NULL,

    CONSTRAINT "LintFinding_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "LintScan_projectId_createdAt_idx" ON "LintScan"("projectId", "createdAt");

-- CreateIndex
CREATE INDEX "LintScan_datasetVersionId_idx" ON "LintScan"("datasetVersionId");

-- CreateIndex
CREATE INDEX "LintScan_createdById_idx" ON "LintScan"("createdById");

-- CreateIndex
CREATE INDEX "LintFinding_scanId_rule_id_idx" ON "LintFinding"("scanId", "rule", "id");

-- AddForeignKey
ALTER TABLE "LintScan" ADD CONSTRAINT "LintScan_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LintScan" ADD CONSTRAINT "LintScan_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LintScan" ADD CONSTRAINT "LintScan_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LintFinding" ADD CONSTRAINT "LintFinding_scanId_fkey" FOREIGN KEY ("scanId") REFERENCES "LintScan"("id") ON DELETE CASCADE ON UPDATE CASCADE;
