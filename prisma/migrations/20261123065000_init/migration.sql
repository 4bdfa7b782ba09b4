-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "MembershipRole" AS ENUM ('lead', 'annotator', 'reviewer');

-- CreateEnum
CREATE TYPE "Stage" AS ENUM ('assisted_manual', 'semi_automatic', 'fully_automatic');

-- CreateEnum
CREATE TYPE "ImageStatus" AS ENUM ('open', 'submitted', 'accepted', 'sent_back', 'skipped');

-- CreateEnum
CREATE TYPE "ClassKind" AS ENUM ('thing', 'stuff');

-- CreateEnum
CREATE TYPE "Origin" AS ENUM ('manual', 'assisted', 'proposed', 'accepted', 'corrected', 'imported');

-- CreateEnum
CREATE TYPE "Edit" AS ENUM ('draw', 'prompt', 'accept', 'propose', 'import', 'revert');

-- CreateEnum
CREATE TYPE "AssignmentState" AS ENUM ('active', 'submitted', 'released', 'expired');

-- CreateEnum
CREATE TYPE "Verdict" AS ENUM ('accepted', 'sent_back');

-- CreateEnum
CREATE TYPE "ModelState" AS ENUM ('registered', 'active', 'retired');

-- CreateEnum
CREATE TYPE "RunKind" AS ENUM ('encode', 'propose');

-- CreateEnum
CREATE TYPE "RunState" AS ENUM ('pending', 'running', 'done', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "RunItemState" AS ENUM ('pending', 'done', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "JobState" AS ENUM ('pending', 'running', 'done', 'skipped', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "BuildState" AS ENUM ('pending', 'running', 'done', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "Split" AS ENUM ('train', 'val', 'test');

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT,
    "isAdmin" BOOLEAN NOT NULL DEFAULT false,
    "disabledAt" TIMESTAMPTZ(3),
    "locale" TEXT NOT NULL DEFAULT 'en',
    "theme" TEXT NOT NULL DEFAULT 'auto',
    "hotkeyPreset" TEXT NOT NULL DEFAULT 'maskloop',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3),

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Account" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "providerAccountId" TEXT NOT NULL,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "userAgent" TEXT,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Invitation" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RateLimiterFlexible" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" TIMESTAMP(3),

    CONSTRAINT "RateLimiterFlexible_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Project" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "guide" TEXT NOT NULL DEFAULT '',
    "stage" "Stage" NOT NULL DEFAULT 'assisted_manual',
    "activeModelVersionId" UUID,
    "confidentIou" DOUBLE PRECISION NOT NULL DEFAULT 0.88,
    "confidentStability" DOUBLE PRECISION NOT NULL DEFAULT 0.95,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "isDemo" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archivedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StageChange" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "from" "Stage" NOT NULL,
    "to" "Stage" NOT NULL,
    "reason" TEXT NOT NULL,
    "userId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StageChange_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "projectId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" "MembershipRole" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("projectId","userId")
);

-- CreateTable
CREATE TABLE "LabelClass" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "colour" TEXT NOT NULL,
    "kind" "ClassKind" NOT NULL DEFAULT 'thing',
    "parentId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "LabelClass_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Image" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "sha256" CHAR(64) NOT NULL,
    "name" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "orientation" INTEGER NOT NULL DEFAULT 1,
    "format" TEXT NOT NULL,
    "bitDepth" INTEGER NOT NULL DEFAULT 8,
    "bytes" BIGINT NOT NULL,
    "status" "ImageStatus" NOT NULL DEFAULT 'open',
    "stage" "Stage",
    "skipReason" TEXT,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "uncertainty" DOUBLE PRECISION,
    "groupKey" TEXT,
    "uploadedById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Embedding" (
    "imageSha256" CHAR(64) NOT NULL,
    "encoderSha256" CHAR(64) NOT NULL,
    "preprocessing" TEXT NOT NULL,
    "storageKey" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "shapes" JSONB NOT NULL,
    "stats" JSONB NOT NULL,
    "encodeMs" DOUBLE PRECISION NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Embedding_pkey" PRIMARY KEY ("imageSha256","encoderSha256","preprocessing")
);

-- CreateTable
CREATE TABLE "ModelVersion" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "family" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,
    "encoderSha256" CHAR(64) NOT NULL,
    "decoderSha256" CHAR(64) NOT NULL,
    "state" "ModelState" NOT NULL DEFAULT 'registered',
    "parentId" UUID,
    "datasetVersionId" UUID,
    "card" TEXT NOT NULL DEFAULT '',
    "metrics" JSONB NOT NULL DEFAULT '{}',
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Mask" (
    "id" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "classId" UUID,
    "parentId" UUID,
    "zIndex" INTEGER NOT NULL DEFAULT 0,
    "stage" "Stage" NOT NULL,
    "headRevisionId" UUID,
    "origin" "Origin" NOT NULL,
    "headArea" INTEGER,
    "headAt" TIMESTAMPTZ(3),
    "runId" UUID,
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "removedAt" TIMESTAMPTZ(3),
    "removedById" UUID,

    CONSTRAINT "Mask_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MaskRevision" (
    "id" UUID NOT NULL,
    "maskId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "parentRevisionId" UUID,
    "branch" BOOLEAN NOT NULL DEFAULT false,
    "edit" "Edit" NOT NULL,
    "origin" "Origin" NOT NULL,
    "stage" "Stage" NOT NULL,
    "counts" TEXT NOT NULL,
    "area" INTEGER NOT NULL,
    "boxX" INTEGER NOT NULL,
    "boxY" INTEGER NOT NULL,
    "boxW" INTEGER NOT NULL,
    "boxH" INTEGER NOT NULL,
    "prompts" JSONB,
    "promptCount" INTEGER NOT NULL DEFAULT 0,
    "modelVersionId" UUID,
    "runId" UUID,
    "predictedIou" DOUBLE PRECISION,
    "stability" DOUBLE PRECISION,
    "iouWithParent" DOUBLE PRECISION,
    "iouWithProposal" DOUBLE PRECISION,
    "activeMs" INTEGER NOT NULL DEFAULT 0,
    "authorId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MaskRevision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MaskOperation" (
    "id" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "maskId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "result" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MaskOperation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Assignment" (
    "id" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "state" "AssignmentState" NOT NULL DEFAULT 'active',
    "leasedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Assignment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Review" (
    "id" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "assignmentId" UUID,
    "reviewerId" UUID NOT NULL,
    "verdict" "Verdict" NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Comment" (
    "id" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "reviewId" UUID,
    "maskId" UUID,
    "authorId" UUID NOT NULL,
    "x" DOUBLE PRECISION NOT NULL,
    "y" DOUBLE PRECISION NOT NULL,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolvedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Comment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Run" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "modelVersionId" UUID NOT NULL,
    "kinds" "RunKind"[],
    "state" "RunState" NOT NULL DEFAULT 'pending',
    "parameters" JSONB NOT NULL,
    "scope" JSONB NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "dryRun" BOOLEAN NOT NULL DEFAULT false,
    "note" TEXT NOT NULL DEFAULT '',
    "startedById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RunItem" (
    "runId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "state" "RunItemState" NOT NULL DEFAULT 'pending',
    "error" TEXT,
    "proposals" INTEGER,
    "ms" DOUBLE PRECISION,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RunItem_pkey" PRIMARY KEY ("runId","imageId")
);

-- CreateTable
CREATE TABLE "Job" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "state" "JobState" NOT NULL DEFAULT 'pending',
    "priority" INTEGER NOT NULL DEFAULT 10,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "error" TEXT,
    "errorCode" TEXT,
    "projectId" UUID,
    "imageId" UUID,
    "runId" UUID,
    "requestedById" UUID,
    "workerId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dispatchedAt" TIMESTAMPTZ(3),
    "startedAt" TIMESTAMPTZ(3),
    "heartbeatAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Worker" (
    "id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "queues" TEXT[],
    "provider" TEXT,
    "models" TEXT[],
    "imagesPerMinute" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeatAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DatasetVersion" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "notes" TEXT NOT NULL DEFAULT '',
    "filter" JSONB NOT NULL,
    "splits" JSONB NOT NULL,
    "state" "BuildState" NOT NULL DEFAULT 'pending',
    "counts" JSONB NOT NULL DEFAULT '{}',
    "contentSha256" CHAR(64),
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DatasetVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DatasetItem" (
    "datasetVersionId" UUID NOT NULL,
    "revisionId" UUID NOT NULL,
    "maskId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "classId" UUID,
    "parentMaskId" UUID,
    "zIndex" INTEGER NOT NULL DEFAULT 0,
    "split" "Split" NOT NULL,

    CONSTRAINT "DatasetItem_pkey" PRIMARY KEY ("datasetVersionId","revisionId")
);

-- CreateTable
CREATE TABLE "Export" (
    "id" UUID NOT NULL,
    "datasetVersionId" UUID NOT NULL,
    "format" TEXT NOT NULL,
    "options" JSONB NOT NULL DEFAULT '{}',
    "state" "BuildState" NOT NULL DEFAULT 'pending',
    "jobId" UUID,
    "storageKey" TEXT,
    "sha256" CHAR(64),
    "bytes" BIGINT,
    "report" JSONB NOT NULL DEFAULT '{}',
    "error" TEXT,
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Export_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "userId" UUID,
    "projectId" UUID,
    "action" TEXT NOT NULL,
    "subject" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "address" TEXT,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "Account_userId_idx" ON "Account"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Account_provider_providerAccountId_key" ON "Account"("provider", "providerAccountId");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_hash_key" ON "ApiToken"("hash");

-- CreateIndex
CREATE INDEX "ApiToken_userId_idx" ON "ApiToken"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Invitation_tokenHash_key" ON "Invitation"("tokenHash");

-- CreateIndex
CREATE INDEX "Invitation_userId_idx" ON "Invitation"("userId");

-- CreateIndex
CREATE INDEX "StageChange_projectId_at_idx" ON "StageChange"("projectId", "at");

-- CreateIndex
CREATE INDEX "StageChange_userId_idx" ON "StageChange"("userId");

-- CreateIndex
CREATE INDEX "Membership_userId_idx" ON "Membership"("userId");

-- CreateIndex
CREATE INDEX "LabelClass_projectId_index_idx" ON "LabelClass"("projectId", "index");

-- CreateIndex
CREATE INDEX "LabelClass_parentId_idx" ON "LabelClass"("parentId");

-- CreateIndex
CREATE INDEX "Image_projectId_createdAt_id_idx" ON "Image"("projectId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Image_projectId_name_id_idx" ON "Image"("projectId", "name", "id");

-- CreateIndex
CREATE INDEX "Image_projectId_status_priority_id_idx" ON "Image"("projectId", "status", "priority", "id");

-- CreateIndex
CREATE INDEX "Image_projectId_uncertainty_id_idx" ON "Image"("projectId", "uncertainty", "id");

-- CreateIndex
CREATE INDEX "Image_sha256_idx" ON "Image"("sha256");

-- CreateIndex
CREATE INDEX "Image_uploadedById_idx" ON "Image"("uploadedById");

-- CreateIndex
CREATE INDEX "Embedding_encoderSha256_idx" ON "Embedding"("encoderSha256");

-- CreateIndex
CREATE UNIQUE INDEX "ModelVersion_name_key" ON "ModelVersion"("name");

-- CreateIndex
CREATE INDEX "ModelVersion_encoderSha256_idx" ON "ModelVersion"("encoderSha256");

-- CreateIndex
CREATE INDEX "ModelVersion_parentId_idx" ON "ModelVersion"("parentId");

-- CreateIndex
CREATE INDEX "ModelVersion_datasetVersionId_idx" ON "ModelVersion"("datasetVersionId");

-- CreateIndex
CREATE INDEX "ModelVersion_createdById_idx" ON "ModelVersion"("createdById");

-- CreateIndex
CREATE UNIQUE INDEX "Mask_headRevisionId_key" ON "Mask"("headRevisionId");

-- CreateIndex
CREATE INDEX "Mask_imageId_removedAt_idx" ON "Mask"("imageId", "removedAt");

-- CreateIndex
CREATE INDEX "Mask_classId_idx" ON "Mask"("classId");

-- CreateIndex
CREATE INDEX "Mask_parentId_idx" ON "Mask"("parentId");

-- CreateIndex
CREATE INDEX "Mask_runId_imageId_idx" ON "Mask"("runId", "imageId");

-- CreateIndex
CREATE INDEX "Mask_createdById_idx" ON "Mask"("createdById");

-- CreateIndex
CREATE INDEX "Mask_removedById_idx" ON "Mask"("removedById");

-- CreateIndex
CREATE INDEX "MaskRevision_imageId_createdAt_idx" ON "MaskRevision"("imageId", "createdAt");

-- CreateIndex
CREATE INDEX "MaskRevision_parentRevisionId_idx" ON "MaskRevision"("parentRevisionId");

-- CreateIndex
CREATE INDEX "MaskRevision_modelVersionId_idx" ON "MaskRevision"("modelVersionId");

-- CreateIndex
CREATE INDEX "MaskRevision_runId_idx" ON "MaskRevision"("runId");

-- CreateIndex
CREATE INDEX "MaskRevision_authorId_createdAt_idx" ON "MaskRevision"("authorId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "MaskRevision_maskId_seq_key" ON "MaskRevision"("maskId", "seq");

-- CreateIndex
CREATE INDEX "MaskOperation_imageId_at_idx" ON "MaskOperation"("imageId", "at");

-- CreateIndex
CREATE INDEX "MaskOperation_maskId_idx" ON "MaskOperation"("maskId");

-- CreateIndex
CREATE INDEX "MaskOperation_userId_at_idx" ON "MaskOperation"("userId", "at");

-- CreateIndex
CREATE INDEX "Assignment_imageId_state_idx" ON "Assignment"("imageId", "state");

-- CreateIndex
CREATE INDEX "Assignment_userId_state_idx" ON "Assignment"("userId", "state");

-- CreateIndex
CREATE INDEX "Review_imageId_at_idx" ON "Review"("imageId", "at");

-- CreateIndex
CREATE INDEX "Review_assignmentId_idx" ON "Review"("assignmentId");

-- CreateIndex
CREATE INDEX "Review_reviewerId_at_idx" ON "Review"("reviewerId", "at");

-- CreateIndex
CREATE INDEX "Comment_imageId_at_idx" ON "Comment"("imageId", "at");

-- CreateIndex
CREATE INDEX "Comment_reviewId_idx" ON "Comment"("reviewId");

-- CreateIndex
CREATE INDEX "Comment_maskId_idx" ON "Comment"("maskId");

-- CreateIndex
CREATE INDEX "Comment_authorId_idx" ON "Comment"("authorId");

-- CreateIndex
CREATE INDEX "Run_projectId_createdAt_idx" ON "Run"("projectId", "createdAt");

-- CreateIndex
CREATE INDEX "Run_modelVersionId_idx" ON "Run"("modelVersionId");

-- CreateIndex
CREATE INDEX "Run_startedById_idx" ON "Run"("startedById");

-- CreateIndex
CREATE INDEX "RunItem_runId_state_idx" ON "RunItem"("runId", "state");

-- CreateIndex
CREATE INDEX "RunItem_imageId_idx" ON "RunItem"("imageId");

-- CreateIndex
CREATE INDEX "Job_state_createdAt_idx" ON "Job"("state", "createdAt");

-- CreateIndex
CREATE INDEX "Job_projectId_createdAt_idx" ON "Job"("projectId", "createdAt");

-- CreateIndex
CREATE INDEX "Job_name_key_createdAt_idx" ON "Job"("name", "key", "createdAt");

-- CreateIndex
CREATE INDEX "Job_imageId_idx" ON "Job"("imageId");

-- CreateIndex
CREATE INDEX "Job_runId_state_idx" ON "Job"("runId", "state");

-- CreateIndex
CREATE INDEX "Job_requestedById_idx" ON "Job"("requestedById");

-- CreateIndex
CREATE INDEX "Job_workerId_idx" ON "Job"("workerId");

-- CreateIndex
CREATE INDEX "Worker_heartbeatAt_idx" ON "Worker"("heartbeatAt");

-- CreateIndex
CREATE INDEX "DatasetVersion_createdById_idx" ON "DatasetVersion"("createdById");

-- CreateIndex
CREATE UNIQUE INDEX "DatasetVersion_projectId_number_key" ON "DatasetVersion"("projectId", "number");

-- CreateIndex
CREATE INDEX "DatasetItem_datasetVersionId_imageId_revisionId_idx" ON "DatasetItem"("datasetVersionId", "imageId", "revisionId");

-- CreateIndex
CREATE INDEX "DatasetItem_revisionId_idx" ON "DatasetItem"("revisionId");

-- CreateIndex
CREATE INDEX "Export_datasetVersionId_createdAt_idx" ON "Export"("datasetVersionId", "createdAt");

-- CreateIndex
CREATE INDEX "Export_jobId_idx" ON "Export"("jobId");

-- CreateIndex
CREATE INDEX "Export_createdById_idx" ON "Export"("createdById");

-- CreateIndex
CREATE INDEX "AuditEvent_projectId_at_idx" ON "AuditEvent"("projectId", "at");

-- CreateIndex
CREATE INDEX "AuditEvent_userId_at_idx" ON "AuditEvent"("userId", "at");

-- CreateIndex
CREATE INDEX "AuditEvent_action_at_idx" ON "AuditEvent"("action", "at");

-- AddForeignKey
ALTER TABLE "Account" ADD CONSTRAINT "Account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Project" ADD CONSTRAINT "Project_activeModelVersionId_fkey" FOREIGN KEY ("activeModelVersionId") REFERENCES "ModelVersion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StageChange" ADD CONSTRAINT "StageChange_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StageChange" ADD CONSTRAINT "StageChange_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LabelClass" ADD CONSTRAINT "LabelClass_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LabelClass" ADD CONSTRAINT "LabelClass_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "LabelClass"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Image" ADD CONSTRAINT "Image_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Image" ADD CONSTRAINT "Image_uploadedById_fkey" FOREIGN KEY ("uploadedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelVersion" ADD CONSTRAINT "ModelVersion_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "ModelVersion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelVersion" ADD CONSTRAINT "ModelVersion_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "DatasetVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelVersion" ADD CONSTRAINT "ModelVersion_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_classId_fkey" FOREIGN KEY ("classId") REFERENCES "LabelClass"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Mask"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_headRevisionId_fkey" FOREIGN KEY ("headRevisionId") REFERENCES "MaskRevision"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_removedById_fkey" FOREIGN KEY ("removedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaskRevision" ADD CONSTRAINT "MaskRevision_maskId_fkey" FOREIGN KEY ("maskId") REFERENCES "Mask"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaskRevision" ADD CONSTRAINT "MaskRevision_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaskRevision" ADD CONSTRAINT "MaskRevision_parentRevisionId_fkey" FOREIGN KEY ("parentRevisionId") REFERENCES "MaskRevision"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaskRevision" ADD CONSTRAINT "MaskRevision_modelVersionId_fkey" FOREIGN KEY ("modelVersionId") REFERENCES "ModelVersion"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaskRevision" ADD CONSTRAINT "MaskRevision_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaskRevision" ADD CONSTRAINT "MaskRevision_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaskOperation" ADD CONSTRAINT "MaskOperation_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaskOperation" ADD CONSTRAINT "MaskOperation_maskId_fkey" FOREIGN KEY ("maskId") REFERENCES "Mask"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaskOperation" ADD CONSTRAINT "MaskOperation_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Assignment" ADD CONSTRAINT "Assignment_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Assignment" ADD CONSTRAINT "Assignment_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Review" ADD CONSTRAINT "Review_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Review" ADD CONSTRAINT "Review_assignmentId_fkey" FOREIGN KEY ("assignmentId") REFERENCES "Assignment"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Review" ADD CONSTRAINT "Review_reviewerId_fkey" FOREIGN KEY ("reviewerId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_reviewId_fkey" FOREIGN KEY ("reviewId") REFERENCES "Review"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_maskId_fkey" FOREIGN KEY ("maskId") REFERENCES "Mask"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_modelVersionId_fkey" FOREIGN KEY ("modelVersionId") REFERENCES "ModelVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_startedById_fkey" FOREIGN KEY ("startedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunItem" ADD CONSTRAINT "RunItem_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunItem" ADD CONSTRAINT "RunItem_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_requestedById_fkey" FOREIGN KEY ("requestedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_workerId_fkey" FOREIGN KEY ("workerId") REFERENCES "Worker"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DatasetVersion" ADD CONSTRAINT "DatasetVersion_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DatasetVersion" ADD CONSTRAINT "DatasetVersion_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DatasetItem" ADD CONSTRAINT "DatasetItem_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DatasetItem" ADD CONSTRAINT "DatasetItem_revisionId_fkey" FOREIGN KEY ("revisionId") REFERENCES "MaskRevision"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Export" ADD CONSTRAINT "Export_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Export" ADD CONSTRAINT "Export_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Export" ADD CONSTRAINT "Export_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditEvent" ADD CONSTRAINT "AuditEvent_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditEvent" ADD CONSTRAINT "AuditEvent_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE SET NULL ON UPDATE CASCADE;



-- Rules that the Prisma schema cannot say. Listed with their reasons in packages/db/README.md.

-- ---- at most one … ------------------------------------------------------------------------------------

-- AS1: one active lease per image
CREATE UNIQUE INDEX "Assignment_active_key" ON "Assignment" ("imageId") WHERE "state" = 'active';

-- JB2: two requests for the same work are one job while it is unfinished
CREATE UNIQUE INDEX "Job_unfinished_key" ON "Job" ("name", "key") WHERE "state" IN ('pending', 'running');

-- the same bytes once per project
CREATE UNIQUE INDEX "Image_project_sha256_key" ON "Image" ("projectId", "sha256") WHERE "deletedAt" IS NULL;

-- class names are unique within a project, whatever their case
CREATE UNIQUE INDEX "LabelClass_project_name_key" ON "LabelClass" ("projectId", lower("name")) WHERE "deletedAt" IS NULL;

-- one demo project
CREATE UNIQUE INDEX "Project_demo_key" ON "Project" ("isDemo") WHERE "isDemo";

-- ---- indexes over part of a table -----------------------------------------------------------------------

CREATE INDEX "Image_live_created_idx" ON "Image" ("projectId", "createdAt" DESC, "id" DESC) WHERE "deletedAt" IS NULL;
CREATE INDEX "MaskRevision_branch_idx" ON "MaskRevision" ("maskId", "seq" DESC) WHERE "branch";
CREATE INDEX "Assignment_expiry_idx" ON "Assignment" ("expiresAt") WHERE "state" = 'active';
CREATE INDEX "Job_waiting_idx" ON "Job" ("createdAt") WHERE "state" IN ('pending', 'running');

-- ---- checks ---------------------------------------------------------------------------------------------

ALTER TABLE "User"
  ADD CONSTRAINT "User_email_check" CHECK ("email" = lower("email") AND "email" <> '');

ALTER TABLE "Project"
  ADD CONSTRAINT "Project_name_check" CHECK ("name" <> ''),
  ADD CONSTRAINT "Project_confidentIou_check" CHECK ("confidentIou" BETWEEN 0 AND 1),
  ADD CONSTRAINT "Project_confidentStability_check" CHECK ("confidentStability" BETWEEN 0 AND 1);

ALTER TABLE "LabelClass"
  ADD CONSTRAINT "LabelClass_name_check" CHECK ("name" <> ''),
  ADD CONSTRAINT "LabelClass_colour_check" CHECK ("colour" ~ '^#[0-9a-f]{6}$'),
  ADD CONSTRAINT "LabelClass_index_check" CHECK ("index" >= 1),
  ADD CONSTRAINT "LabelClass_parent_check" CHECK ("parentId" <> "id");

ALTER TABLE "Image"
  ADD CONSTRAINT "Image_sha256_check" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "Image_size_check" CHECK ("width" > 0 AND "height" > 0),
  ADD CONSTRAINT "Image_bytes_check" CHECK ("bytes" > 0),
  ADD CONSTRAINT "Image_orientation_check" CHECK ("orientation" BETWEEN 1 AND 8),
  ADD CONSTRAINT "Image_uncertainty_check" CHECK ("uncertainty" BETWEEN 0 AND 1);

ALTER TABLE "Embedding"
  ADD CONSTRAINT "Embedding_sha256_check" CHECK ("imageSha256" ~ '^[0-9a-f]{64}$' AND "encoderSha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "Embedding_bytes_check" CHECK ("bytes" > 0);

ALTER TABLE "ModelVersion"
  ADD CONSTRAINT "ModelVersion_sha256_check" CHECK ("encoderSha256" ~ '^[0-9a-f]{64}$' AND "decoderSha256" ~ '^[0-9a-f]{64}$');

ALTER TABLE "Mask"
  ADD CONSTRAINT "Mask_parent_check" CHECK ("parentId" <> "id"),
  ADD CONSTRAINT "Mask_head_check" CHECK (("headRevisionId" IS NULL) = ("headArea" IS NULL) AND ("headRevisionId" IS NULL) = ("headAt" IS NULL)),
  ADD CONSTRAINT "Mask_removed_check" CHECK ("removedById" IS NULL OR "removedAt" IS NOT NULL);

ALTER TABLE "MaskRevision"
  ADD CONSTRAINT "MaskRevision_seq_check" CHECK ("seq" >= 1),
  ADD CONSTRAINT "MaskRevision_area_check" CHECK ("area" > 0 AND "area" <= "boxW"::bigint * "boxH"::bigint),
  ADD CONSTRAINT "MaskRevision_box_check" CHECK ("boxX" >= 0 AND "boxY" >= 0 AND "boxW" > 0 AND "boxH" > 0),
  ADD CONSTRAINT "MaskRevision_counts_check" CHECK ("counts" <> ''),
  ADD CONSTRAINT "MaskRevision_promptCount_check" CHECK ("promptCount" >= 0),
  ADD CONSTRAINT "MaskRevision_activeMs_check" CHECK ("activeMs" >= 0),
  ADD CONSTRAINT "MaskRevision_stability_check" CHECK ("stability" BETWEEN 0 AND 1),
  ADD CONSTRAINT "MaskRevision_iouWithParent_check" CHECK ("iouWithParent" BETWEEN 0 AND 1),
  ADD CONSTRAINT "MaskRevision_iouWithProposal_check" CHECK ("iouWithProposal" BETWEEN 0 AND 1),
  ADD CONSTRAINT "MaskRevision_parent_check" CHECK ("parentRevisionId" <> "id");

ALTER TABLE "Assignment"
  ADD CONSTRAINT "Assignment_ended_check" CHECK (("state" = 'active') = ("endedAt" IS NULL));

ALTER TABLE "Job"
  ADD CONSTRAINT "Job_progress_check" CHECK ("progress" BETWEEN 0 AND 1),
  ADD CONSTRAINT "Job_priority_check" CHECK ("priority" >= 1),
  ADD CONSTRAINT "Job_attempts_check" CHECK ("attempts" >= 0),
  ADD CONSTRAINT "Job_finished_check" CHECK (("state" IN ('pending', 'running')) = ("finishedAt" IS NULL));

ALTER TABLE "DatasetVersion"
  ADD CONSTRAINT "DatasetVersion_number_check" CHECK ("number" >= 1),
  ADD CONSTRAINT "DatasetVersion_contentSha256_check" CHECK ("contentSha256" ~ '^[0-9a-f]{64}$');

ALTER TABLE "Export"
  ADD CONSTRAINT "Export_sha256_check" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "Export_bytes_check" CHECK ("bytes" >= 0);

-- ---- history stays as it was ----------------------------------------------------------------------------

-- SV4: a revision is never changed or deleted. The one exception: its image's row is really deleted (a project
-- is erased), and takes along everything that hangs on it. The cascade arrives here when the image row is
-- already gone, which is how the two are told apart.
CREATE FUNCTION maskloop_keep_revisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM "Image" WHERE "id" = OLD."imageId") THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'mask revisions are only ever added: % of "MaskRevision" refused', TG_OP
    USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER "MaskRevision_keep" BEFORE UPDATE OR DELETE ON "MaskRevision"
  FOR EACH ROW EXECUTE FUNCTION maskloop_keep_revisions();
CREATE TRIGGER "MaskRevision_keep_all" BEFORE TRUNCATE ON "MaskRevision"
  FOR EACH STATEMENT EXECUTE FUNCTION maskloop_keep_revisions();

-- A box outside its image is refused when written, not found when exported. A CHECK cannot see the image's row.
CREATE FUNCTION maskloop_box_inside_image() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  size RECORD;
BEGIN
  SELECT "width", "height" INTO size FROM "Image" WHERE "id" = NEW."imageId";
  IF NEW."boxX" + NEW."boxW" > size."width" OR NEW."boxY" + NEW."boxH" > size."height" THEN
    RAISE EXCEPTION 'box (%, %, %, %) of revision % reaches outside its image of % x % pixels',
      NEW."boxX", NEW."boxY", NEW."boxW", NEW."boxH", NEW."id", size."width", size."height"
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER "MaskRevision_box_inside_image" BEFORE INSERT ON "MaskRevision"
  FOR EACH ROW EXECUTE FUNCTION maskloop_box_inside_image();
