import type { JobId, TextRanking } from '@maskloop/domain';

/** The phrase that a picture's proposals are looked for by, as far as the worker has got with it. */
export type RankingView =
  | { readonly at: 'none' }
  | {
      readonly at: 'running';
      readonly phrase: string;
      /** null until the server has taken the request */
      readonly jobId: JobId | null;
      /** 0..1 */
      readonly progress: number;
    }
  | { readonly at: 'failed'; readonly phrase: string; readonly message: string | null }
  | {
      readonly at: 'ranked';
      readonly phrase: string;
      readonly ranking: TextRanking;
      readonly threshold: number;
    };
