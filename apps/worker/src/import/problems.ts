import type { ImportProblems } from '@maskloop/domain';

/** Lines kept of what could not be used; all are counted. */
export const MOST_PROBLEMS = 500;

export interface ProblemList {
  add(where: string, message: string): void;
  readonly list: ImportProblems;
}

/** @param most lines kept */
export function problemList(most = MOST_PROBLEMS): ProblemList {
  const shown: { where: string; message: string }[] = [];
  let total = 0;
  return {
    add(where, message) {
      total++;
      if (shown.length < most) shown.push({ where: where.slice(0, 300), message: message.slice(0, 500) });
    },
    get list() {
      return { total, shown };
    },
  };
}
