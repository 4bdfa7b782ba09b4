import {
  DRY_RUN,
  type ImageStatus,
  LIMITS,
  presetParameters,
  RUN_KINDS,
  type RunInput,
  type RunKind,
  type RunParameters,
  type RunPriority,
  type RunScope,
  type RunSummary,
  type RunText,
  suggestedPreset,
  TEXT_THRESHOLD,
} from '@maskloop/domain';

/** "does not matter", "has", "has not" */
export type Wanted = 'any' | 'yes' | 'no';

/** Classes by text while they are being put together. */
export interface TextDraft {
  readonly textModelId: string;
  readonly threshold: number;
  /** class id → what is typed for it */
  readonly phrases: Readonly<Record<string, string>>;
}

/** A run while it is being put together. */
export interface Draft {
  readonly scope: RunScope['kind'];
  readonly statuses: readonly ImageStatus[];
  readonly hasProposals: Wanted;
  readonly hasVerified: Wanted;
  readonly search: string;
  readonly imageIds: readonly string[];
  readonly modelVersionId: string | null;
  readonly kinds: readonly RunKind[];
  readonly parameters: RunParameters;
  /** null: proposals get no classes */
  readonly text: TextDraft | null;
  readonly priority: RunPriority;
  readonly note: string;
  /** images of a dry run */
  readonly sample: number;
}

export function emptyDraft(model: { id: string; family: string } | null, imageIds: readonly string[]): Draft {
  return {
    scope: imageIds.length > 0 ? 'images' : 'filter',
    statuses: ['open', 'sent-back'],
    hasProposals: 'any',
    hasVerified: 'any',
    search: '',
    imageIds,
    modelVersionId: model?.id ?? null,
    kinds: RUN_KINDS,
    parameters: presetParameters(suggestedPreset(model?.family ?? '')),
    text: null,
    priority: 'normal',
    note: '',
    sample: DRY_RUN.images,
  };
}

/** The same order again, to be changed. */
export function draftOf(run: RunSummary): Draft {
  const empty = emptyDraft({ id: run.model.id, family: '' }, []);
  const { scope } = run;
  const wanted = (value: boolean | undefined): Wanted => (value === undefined ? 'any' : value ? 'yes' : 'no');
  return {
    ...empty,
    scope: scope.kind,
    ...(scope.kind === 'filter'
      ? {
          statuses: scope.statuses ?? [],
          hasProposals: wanted(scope.hasProposals),
          hasVerified: wanted(scope.hasVerified),
          search: scope.search ?? '',
        }
      : {}),
    imageIds: scope.kind === 'images' ? scope.imageIds : [],
    kinds: run.kinds,
    parameters: run.parameters,
    text: run.text && {
      ...run.text,
      phrases: Object.fromEntries(run.text.phrases.map(({ classId, phrase }) => [classId, phrase])),
    },
    priority: run.priority,
    note: run.note,
  };
}

/** A class's own name is what it is asked for by, until somebody says it better. */
export function textFor(
  textModelId: string,
  classes: readonly { readonly id: string; readonly name: string }[],
): TextDraft {
  return {
    textModelId,
    threshold: TEXT_THRESHOLD,
    phrases: Object.fromEntries(classes.map(({ id, name }) => [id, name])),
  };
}

/** What is ordered of it: classes without a phrase are left out. */
export function textOf({ textModelId, threshold, phrases }: TextDraft): RunText {
  return {
    textModelId,
    threshold,
    phrases: Object.entries(phrases).flatMap(([classId, typed]) => {
      const phrase = typed.trim();
      return phrase ? [{ classId, phrase }] : [];
    }),
  };
}

export function scopeOf(draft: Draft): RunScope {
  switch (draft.scope) {
    case 'all':
      return { kind: 'all' };
    case 'images':
      return { kind: 'images', imageIds: [...draft.imageIds] };
    case 'filter': {
      const search = draft.search.trim();
      return {
        kind: 'filter',
        ...(draft.statuses.length > 0 ? { statuses: [...draft.statuses] } : {}),
        ...(draft.hasProposals === 'any' ? {} : { hasProposals: draft.hasProposals === 'yes' }),
        ...(draft.hasVerified === 'any' ? {} : { hasVerified: draft.hasVerified === 'yes' }),
        ...(search ? { search } : {}),
      };
    }
  }
}

/** What `run.estimate` asks for; null while something is missing. */
export function orderOf(
  draft: Draft,
): Pick<RunInput, 'modelVersionId' | 'kinds' | 'scope' | 'parameters' | 'text'> | null {
  if (!draft.modelVersionId || draft.kinds.length === 0) return null;
  if (draft.scope === 'images' && draft.imageIds.length === 0) return null;
  const text = draft.text && draft.kinds.includes('propose') ? textOf(draft.text) : null;
  if (text && (text.phrases.length === 0 || text.phrases.length > LIMITS.phrasesPerRun)) return null;
  return {
    modelVersionId: draft.modelVersionId,
    kinds: [...draft.kinds],
    scope: scopeOf(draft),
    parameters: draft.parameters,
    text,
  };
}

/** A changed value makes it a preset of nobody's. */
export function withParameters(draft: Draft, changes: Partial<RunParameters>): Draft {
  return { ...draft, parameters: { ...draft.parameters, ...changes, preset: 'custom' } };
}
