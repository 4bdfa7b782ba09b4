-- AlterTable
ALTER TABLE "Mask" ADD COLUMN     "headAuthorId" UUID;

-- who made the head revision of the masks there are
UPDATE "Mask" m SET "headAuthorId" = r."authorId"
FROM "MaskRevision" r WHERE r."id" = m."headRevisionId" AND r."authorId" IS NOT NULL;

-- DropIndex
DROP INDEX "MaskRevision_modelVersionId_idx";

-- CreateIndex
CREATE INDEX "MaskRevision_modelVersionId_imageId_maskId_idx" ON "MaskRevision"("modelVersionId", "imageId", "maskId");

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "visitedAt" TIMESTAMPTZ(3),
ADD COLUMN     "lastVisitEndedAt" TIMESTAMPTZ(3);

-- who was here before has been here
UPDATE "User" SET "visitedAt" = "lastSeenAt";
