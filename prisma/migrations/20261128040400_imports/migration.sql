-- CreateEnum
CREATE TYPE "ImportState" AS ENUM ('checking', 'ready', 'running', 'done', 'failed', 'cancelled');

-- AlterTable
ALTER TABLE "Mask" ADD COLUMN     "importId" UUID;

-- AlterTable
ALTER TABLE "MaskRevision" ADD COLUMN     "score" DOUBLE PRECISION;

-- CreateTable
CREATE TABLE "Import" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" CHAR(64) NOT NULL,
    "state" "ImportState" NOT NULL DEFAULT 'checking',
    "format" TEXT,
    "check" JSONB,
    "plan" JSONB,
    "promptModelVersionId" UUID,
    "report" JSONB,
    "error" TEXT,
    "jobId" UUID,
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Import_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Import_projectId_createdAt_idx" ON "Import"("projectId", "createdAt");

-- CreateIndex
CREATE INDEX "Import_promptModelVersionId_idx" ON "Import"("promptModelVersionId");

-- CreateIndex
CREATE INDEX "Import_jobId_idx" ON "Import"("jobId");

-- CreateIndex
CREATE INDEX "Import_createdById_idx" ON "Import"("createdById");

-- CreateIndex
CREATE INDEX "Mask_importId_imageId_idx" ON "Mask"("importId", "imageId");

-- AddForeignKey
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_importId_fkey" FOREIGN KEY ("importId") REFERENCES "Import"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Import" ADD CONSTRAINT "Import_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Import" ADD CONSTRAINT "Import_promptModelVersionId_fkey" FOREIGN KEY ("promptModelVersionId") REFERENCES "ModelVersion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Import" ADD CONSTRAINT "Import_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Import" ADD CONSTRAINT "Import_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Checks that Prisma cannot say
ALTER TABLE "Import"
  ADD CONSTRAINT "Import_sha256_check" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "Import_bytes_check" CHECK ("bytes" >= 0);
ALTER TABLE "MaskRevision" ADD CONSTRAINT "MaskRevision_score_check" CHECK ("score" BETWEEN 0 AND 1);
