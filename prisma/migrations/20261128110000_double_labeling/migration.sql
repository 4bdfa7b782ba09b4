-- AlterTable
ALTER TABLE "Image" ADD COLUMN     "secondOfId" UUID;

-- CreateTable
CREATE TABLE "Agreement" (
    "imageId" UUID NOT NULL,
    "firstById" UUID,
    "secondById" UUID,
    "first" INTEGER NOT NULL,
    "second" INTEGER NOT NULL,
    "matched" INTEGER NOT NULL,
    "iouSum" DOUBLE PRECISION NOT NULL,
    "boundarySum" DOUBLE PRECISION NOT NULL,
    "relabelled" INTEGER NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "pairs" JSONB NOT NULL,
    "classes" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Agreement_pkey" PRIMARY KEY ("imageId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Image_secondOfId_key" ON "Image"("secondOfId");

-- CreateIndex
CREATE INDEX "Agreement_firstById_idx" ON "Agreement"("firstById");

-- CreateIndex
CREATE INDEX "Agreement_secondById_idx" ON "Agreement"("secondById");

-- AddForeignKey
ALTER TABLE "Image" ADD CONSTRAINT "Image_secondOfId_fkey" FOREIGN KEY ("secondOfId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Agreement" ADD CONSTRAINT "Agreement_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Agreement" ADD CONSTRAINT "Agreement_firstById_fkey" FOREIGN KEY ("firstById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Agreement" ADD CONSTRAINT "Agreement_secondById_fkey" FOREIGN KEY ("secondById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma cannot say

-- a second labeling shows the picture of another row: the same bytes once per project among live images that are none
DROP INDEX "Image_project_sha256_key";
CREATE UNIQUE INDEX "Image_project_sha256_key" ON "Image" ("projectId", "sha256") WHERE "deletedAt" IS NULL AND "secondOfId" IS NULL;

ALTER TABLE "Image" ADD CONSTRAINT "Image_secondOf_check" CHECK ("secondOfId" <> "id");

ALTER TABLE "Agreement"
  ADD CONSTRAINT "Agreement_counts_check" CHECK ("matched" BETWEEN 0 AND LEAST("first", "second") AND "relabelled" >= 0),
  ADD CONSTRAINT "Agreement_score_check" CHECK ("score" BETWEEN 0 AND 1);
