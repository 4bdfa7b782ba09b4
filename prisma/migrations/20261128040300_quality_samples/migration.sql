-- CreateEnum
CREATE TYPE "SampleUnit" AS ENUM ('mask', 'image');

-- CreateEnum
CREATE TYPE "SampleAllocation" AS ENUM ('proportional', 'equal');

-- CreateEnum
CREATE TYPE "SampleVerdict" AS ENUM ('good', 'bad', 'corrected');

-- CreateTable
CREATE TABLE "QualitySample" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "unit" "SampleUnit" NOT NULL,
    "allocation" "SampleAllocation" NOT NULL,
    "seed" INTEGER NOT NULL,
    "stage" "Stage" NOT NULL,
    "strata" JSONB NOT NULL,
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "QualitySample_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "QualitySampleItem" (
    "sampleId" UUID NOT NULL,
    "place" INTEGER NOT NULL,
    "stratum" INTEGER NOT NULL,
    "imageId" UUID NOT NULL,
    "maskId" UUID NOT NULL,
    "revisionId" UUID NOT NULL,
    "verdict" "SampleVerdict",
    "iou" DOUBLE PRECISION,
    "judgedById" UUID,
    "judgedAt" TIMESTAMPTZ(3),

    CONSTRAINT "QualitySampleItem_pkey" PRIMARY KEY ("sampleId","place")
);

-- CreateIndex
CREATE INDEX "QualitySample_createdById_idx" ON "QualitySample"("createdById");

-- CreateIndex
CREATE UNIQUE INDEX "QualitySample_projectId_number_key" ON "QualitySample"("projectId", "number");

-- CreateIndex
CREATE INDEX "QualitySampleItem_imageId_idx" ON "QualitySampleItem"("imageId");

-- CreateIndex
CREATE INDEX "QualitySampleItem_maskId_idx" ON "QualitySampleItem"("maskId");

-- CreateIndex
CREATE INDEX "QualitySampleItem_revisionId_idx" ON "QualitySampleItem"("revisionId");

-- CreateIndex
CREATE INDEX "QualitySampleItem_judgedById_idx" ON "QualitySampleItem"("judgedById");

-- AddForeignKey
ALTER TABLE "QualitySample" ADD CONSTRAINT "QualitySample_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QualitySample" ADD CONSTRAINT "QualitySample_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QualitySampleItem" ADD CONSTRAINT "QualitySampleItem_sampleId_fkey" FOREIGN KEY ("sampleId") REFERENCES "QualitySample"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QualitySampleItem" ADD CONSTRAINT "QualitySampleItem_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QualitySampleItem" ADD CONSTRAINT "QualitySampleItem_maskId_fkey" FOREIGN KEY ("maskId") REFERENCES "Mask"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QualitySampleItem" ADD CONSTRAINT "QualitySampleItem_revisionId_fkey" FOREIGN KEY ("revisionId") REFERENCES "MaskRevision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QualitySampleItem" ADD CONSTRAINT "QualitySampleItem_judgedById_fkey" FOREIGN KEY ("judgedById") REFERENCES "User"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- What Prisma cannot say: a verdict comes with who gave it and when; a corrected one, and no other, with its IoU.
ALTER TABLE "QualitySampleItem"
  ADD CONSTRAINT "QualitySampleItem_judged_check"
    CHECK (("verdict" IS NULL) = ("judgedById" IS NULL) AND ("verdict" IS NULL) = ("judgedAt" IS NULL)),
  ADD CONSTRAINT "QualitySampleItem_iou_check"
    CHECK ("iou" BETWEEN 0 AND 1 AND "verdict" = 'corrected' OR "iou" IS NULL AND "verdict" IS DISTINCT FROM 'corrected');
