-- CreateTable
CREATE TABLE "CloseUp" (
    "imageSha256" CHAR(64) NOT NULL,
    "encoderSha256" CHAR(64) NOT NULL,
    "preprocessing" TEXT NOT NULL,
    "x0" INTEGER NOT NULL,
    "y0" INTEGER NOT NULL,
    "x1" INTEGER NOT NULL,
    "y1" INTEGER NOT NULL,
    "storageKey" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "encodeMs" DOUBLE PRECISION NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CloseUp_pkey" PRIMARY KEY ("imageSha256","encoderSha256","preprocessing","x0","y0","x1","y1")
);

-- CreateIndex
CREATE INDEX "CloseUp_encoderSha256_idx" ON "CloseUp"("encoderSha256");

-- CreateIndex
CREATE INDEX "CloseUp_createdAt_idx" ON "CloseUp"("createdAt");
