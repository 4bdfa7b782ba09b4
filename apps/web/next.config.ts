import path from 'node:path';
import type { NextConfig } from 'next';
import createNextIntlPlugin from 'next-intl/plugin';

const repositoryRoot = path.join(import.meta.dirname, '../..');
const isDevelopment = process.env.NODE_ENV === 'development';

/**
 * Everything comes from this origin. `unsafe-inline` for scripts is needed by Next's inline flight data and the
 * colour-scheme script; styles are set inline by Mantine and Konva. `wasm-unsafe-eval` and `blob:` workers are
 * the decoder's. React's dev build evaluates strings to rebuild server stacks, so development adds
 * `unsafe-eval`.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:${isDevelopment ? " 'unsafe-eval'" : ''}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self' data:",
  "connect-src 'self' blob: data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: repositoryRoot,
  turbopack: { root: repositoryRoot },
  transpilePackages: [
    '@maskloop/config',
    '@maskloop/db',
    '@maskloop/domain',
    '@maskloop/jobs',
    '@maskloop/sam-core',
    '@maskloop/storage',
  ],
  serverExternalPackages: [
    '@bull-board/api',
    '@bull-board/hono',
    '@node-rs/argon2',
    'bullmq',
    'ioredis',
    'pg',
    'sharp',
  ],
  // the dashboard of the queues reads its page and scripts from its package's folder
  outputFileTracingIncludes: {
    '/admin/queues/*': ['../../node_modules/@bull-board/ui/{package.json,dist/**}'],
  },
  poweredByHeader: false,
  async headers() {
    return [
      {
        source: '/:path*',
        headers: [
          // cross-origin isolation: the decoder's threads need SharedArrayBuffer
          { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
          { key: 'Cross-Origin-Embedder-Policy', value: 'require-corp' },
          { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
          { key: 'Content-Security-Policy', value: contentSecurityPolicy },
          { key: 'X-Content-Type-Options', value: 'nosniff' },
          { key: 'Referrer-Policy', value: 'same-origin' },
          { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
        ],
      },
    ];
  },
};

export default createNextIntlPlugin('./src/i18n/request.ts')(config);
