import { DIMENSIONS, type Dimension, FiguresFilter, type Role, sightOf, type UserId } from '@maskloop/domain';
import { FIGURES, type FigureName } from './figures.ts';

/** What the page shows. It stands in the address, so that a link opens the same and "back" goes to what was before. */
export interface AnalyticsView {
  readonly filter: FiguresFilter;
  /** what is plotted, and what it is told apart by */
  readonly figure: FigureName;
  readonly by: Dimension;
}

const [FIRST_FIGURE] = FIGURES;
const [FIRST_DIMENSION] = DIMENSIONS;

/** What an address asks for; what it says wrongly, or what its reader may not see (AN2), is as if it was not there. */
export function viewIn(search: URLSearchParams, reader: { role: Role; userId: UserId }): AnalyticsView {
  const { whose, from, to } = FiguresFilter.shape;
  const given = (name: string) => search.get(name) ?? undefined;
  const asked = whose.safeParse(given('whose')).data;
  const mine = sightOf(reader.role, reader.userId, 'everybody') === null;
  const seen = asked !== undefined && sightOf(reader.role, reader.userId, asked) !== null;
  return {
    filter: {
      whose: seen && search.has('whose') ? asked : mine ? 'mine' : 'everybody',
      from: from.safeParse(given('from')).data ?? null,
      to: to.safeParse(given('to')).data ?? null,
    },
    figure: FIGURES.find((each) => each === search.get('figure')) ?? FIRST_FIGURE,
    by: DIMENSIONS.find((each) => each === search.get('by')) ?? FIRST_DIMENSION,
  };
}

/** The part of a filter that goes into an address. */
export function givenBy({ whose, from, to }: FiguresFilter): Record<string, string> {
  return { whose, ...(from ? { from } : {}), ...(to ? { to } : {}) };
}

/** `?…`; what is so anyway is left out. */
export function searchOf({ filter, figure, by }: AnalyticsView): string {
  const search = new URLSearchParams({
    ...givenBy(filter),
    ...(figure === FIRST_FIGURE ? {} : { figure }),
    ...(by === FIRST_DIMENSION ? {} : { by }),
  });
  return `?${search}`;
}
