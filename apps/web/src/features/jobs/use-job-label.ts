'use client';

import { useTranslations } from 'next-intl';

/** Job names of the worker's table → message keys (a dot in a key would nest). */
const KEYS = {
  'image.encode': 'encode',
  'image.closeUp': 'closeUp',
  'dataset.freeze': 'freeze',
  'masks.lint': 'lint',
  'labelings.compare': 'compareLabelings',
  'export.build': 'export',
  'run.image': 'runImage',
  'run.fanOut': 'runFanOut',
  'run.rollBack': 'runRollBack',
  'import.check': 'importCheck',
  'import.run': 'importRun',
  'import.prompt': 'importPrompt',
  'text.rank': 'textRank',
  'jobs.sweep': 'sweep',
} as const satisfies Record<string, string>;

/** Names a job for people; one that this page does not know keeps its own name. */
export function useJobLabel(): (name: string) => string {
  const t = useTranslations('jobs');
  return (name) => (name in KEYS ? t(`name.${KEYS[name as keyof typeof KEYS]}`) : name);
}
