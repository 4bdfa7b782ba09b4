-- CreateEnum
CREATE TYPE "Planted" AS ENUM ('open', 'caught', 'remade', 'missed', 'unjudged');

-- AlterTable
ALTER TABLE "Mask" ADD COLUMN     "planted" "Planted";

-- What Prisma cannot say: runs plant, and what is settled without being another mask is gone.
ALTER TABLE "Mask"
  ADD CONSTRAINT "Mask_planted_check"
    CHECK ("planted" IS NULL OR ("runId" IS NOT NULL AND ("planted" IN ('open', 'remade') OR "removedAt" IS NOT NULL)));

-- Planted proposals are few among a million masks.
CREATE INDEX "Mask_planted_idx" ON "Mask"("imageId") WHERE "planted" IS NOT NULL;

-- all that the builder's counts ask of live masks, image by image: they are read from here alone
CREATE INDEX "Mask_live_idx" ON "Mask" ("imageId", "classId", "stage", "origin", "headAt", "headAuthorId")
  INCLUDE ("id", "headRevisionId", "planted") WHERE "removedAt" IS NULL;
