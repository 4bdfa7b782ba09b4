-- AlterTable
ALTER TABLE "Image" ADD COLUMN     "assigneeId" UUID;

-- CreateIndex
CREATE INDEX "Image_assigneeId_idx" ON "Image"("assigneeId");

-- AddForeignKey
ALTER TABLE "Image" ADD CONSTRAINT "Image_assigneeId_fkey" FOREIGN KEY ("assigneeId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;
