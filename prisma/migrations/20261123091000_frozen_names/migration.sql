-- AlterTable
ALTER TABLE "DatasetVersion" ADD COLUMN     "labelClasses" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "roles" JSONB NOT NULL DEFAULT '{}';
