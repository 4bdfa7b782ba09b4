-- CreateEnum
CREATE TYPE "ItemKind" AS ENUM ('mask', 'negative');

-- AlterTable
ALTER TABLE "DatasetVersion" ADD COLUMN     "error" TEXT;

-- AlterTable
ALTER TABLE "DatasetItem" ADD COLUMN     "kind" "ItemKind" NOT NULL DEFAULT 'mask';

-- CreateIndex
CREATE INDEX "DatasetItem_datasetVersionId_maskId_idx" ON "DatasetItem"("datasetVersionId", "maskId");
