-- CreateTable
CREATE TABLE "TextModel" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TextModel_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "TextModel_name_key" ON "TextModel"("name");

-- AlterTable
ALTER TABLE "Job" ADD COLUMN     "result" JSONB;

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "text" JSONB;

-- AlterTable
ALTER TABLE "MaskRevision" ADD COLUMN     "textModelId" UUID,
ADD COLUMN     "textPhrase" TEXT,
ADD COLUMN     "textScore" DOUBLE PRECISION;

-- CreateIndex
CREATE INDEX "MaskRevision_textModelId_idx" ON "MaskRevision"("textModelId");

-- AddForeignKey
ALTER TABLE "MaskRevision" ADD CONSTRAINT "MaskRevision_textModelId_fkey" FOREIGN KEY ("textModelId") REFERENCES "TextModel"("id") ON DELETE NO ACTION ON UPDATE CASCADE;
