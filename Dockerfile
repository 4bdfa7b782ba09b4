# syntax=docker/dockerfile:1
# One file, three images: `setup` (migrations and seed), `web`, `worker`. docker-compose.yml uses all of them.
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS base
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1 TURBO_TELEMETRY_DISABLED=1 CHECKPOINT_DISABLE=1

# Manifests first: the install is repeated only when one of them changes.
FROM base AS manifests
COPY package.json package-lock.json .npmrc ./
COPY apps/web/package.json apps/web/
COPY apps/worker/package.json apps/worker/
COPY packages/cli/package.json packages/cli/
COPY packages/config/package.json packages/config/
COPY packages/db/package.json packages/db/
COPY packages/demo-scenes/package.json packages/demo-scenes/
COPY packages/domain/package.json packages/domain/
COPY packages/ingest/package.json packages/ingest/
COPY packages/jobs/package.json packages/jobs/
COPY packages/sam-core/package.json packages/sam-core/
COPY packages/storage/package.json packages/storage/
COPY tests/package.json tests/

FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev
COPY . .
RUN node scripts/build.mjs

# What the worker needs from npm, and nothing of what builds it.
FROM manifests AS worker-modules
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace=@maskloop/worker --include-workspace-root=false
# true: the CUDA provider as well, a large download that only machines with a card can use
ARG ORT_CUDA=false
RUN if [ "$ORT_CUDA" = true ]; then ONNXRUNTIME_NODE_INSTALL=true node node_modules/onnxruntime-node/script/install.js; fi

# ---- setup: runs once per deployment and ends ----
FROM build AS setup
ENV NODE_ENV=production
USER node
CMD ["sh", "-c", "npx prisma migrate deploy && node --import tsx prisma/seed.ts"]

# ---- web ----
FROM base AS web
# 0.0.0.0: Docker sets HOSTNAME to the container's name, on which nobody outside could connect
ENV NODE_ENV=production HOSTNAME=0.0.0.0 PORT=3000 MODELS_DIR=/app/models STORAGE_DIR=/data
COPY --from=build /app/apps/web/.next/standalone ./
COPY --from=build /app/models ./models
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=5 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/web/server.js"]

# ---- worker ----
FROM base AS worker
ENV NODE_ENV=production WORKER_HEALTH_PORT=3100 MODELS_DIR=/app/models STORAGE_DIR=/data
COPY --from=worker-modules /app/node_modules ./node_modules
COPY --from=build /app/apps/worker/package.json ./apps/worker/package.json
COPY --from=build /app/apps/worker/dist ./apps/worker/dist
COPY --from=build /app/models ./models
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 3100
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=5 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WORKER_HEALTH_PORT}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# finishes what is under way; see stop_grace_period in docker-compose.yml
STOPSIGNAL SIGTERM
CMD ["node", "--enable-source-maps", "apps/worker/dist/main.js"]
