// Which masks a filter takes and why it leaves out the rest: one SQL text for the counts and for freezing.
import {
  type ClassCount,
  chosenPairs,
  type DatasetCounts,
  type DatasetFilter,
  DROP_REASONS,
  type DropReason,
  type ItemKind,
  NO_COUNTS,
  type ProjectId,
  type Split,
  type SplitRule,
  splitOf,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { countedSql } from './counted-images.ts';
import { Prisma } from './generated/client.ts';
import { toRow } from './to-domain.ts';

/**
 * SQL text of a project's masks that could be items: image, head, class, parent, z-order, kind, and the reason why the
 * mask is left out (null: taken). EX6: negatives are here only when the filter asks for them, and only those taken.
 */
export function judgedSql(projectId: ProjectId, filter: DatasetFilter): Prisma.Sql {
  const live = Prisma.sql`
    SELECT ${columnsSql}, 'mask'::"ItemKind" AS "kind", ${dropReasonSql(filter, LIVE)} AS "reason"
    ${fromSql(filter)}
    WHERE i."projectId" = ${projectId}::uuid AND ${countedSql} AND m."removedAt" IS NULL`;
  if (!filter.includeNegatives) return live;
  return Prisma.sql`${live}
    UNION ALL
    SELECT * FROM (
      SELECT ${columnsSql}, 'negative'::"ItemKind" AS "kind", ${dropReasonSql(filter, NEGATIVE)} AS "reason"
      ${fromSql(filter)}
      WHERE i."projectId" = ${projectId}::uuid AND ${countedSql} AND m."removedAt" IS NOT NULL
        AND m."removedById" IS NOT NULL AND m."origin" = 'proposed') rejected
    WHERE "reason" IS NULL`;
}

const columnsSql = Prisma.sql`m."id", m."imageId", m."headRevisionId", m."classId", m."parentId", m."zIndex"`;

/** Whose work and when it was: of a live mask its head's author and time, of a negative those of the rejection. */
interface Judgement {
  readonly kind: ItemKind;
  readonly person: Prisma.Sql;
  readonly at: Prisma.Sql;
}
const LIVE: Judgement = { kind: 'mask', person: Prisma.sql`h."authorId"`, at: Prisma.sql`m."headAt"` };
const NEGATIVE: Judgement = {
  kind: 'negative',
  person: Prisma.sql`m."removedById"`,
  at: Prisma.sql`m."removedAt"`,
};

/** Tables beyond mask and image are joined only where the filter looks at them: most of them are as large. */
function fromSql(filter: DatasetFilter): Prisma.Sql {
  const joins = [
    Prisma.sql`FROM "Mask" m JOIN "Image" i ON i."id" = m."imageId" LEFT JOIN "LabelClass" k ON k."id" = m."classId"`,
  ];
  if (filter.authorIds) joins.push(Prisma.sql`LEFT JOIN "MaskRevision" h ON h."id" = m."headRevisionId"`);
  if (filter.modelVersionIds) {
    joins.push(Prisma.sql`LEFT JOIN (
      SELECT DISTINCT "maskId" FROM "MaskRevision" WHERE "modelVersionId" = ANY (${filter.modelVersionIds}::uuid[])
    ) made ON made."maskId" = m."id"`);
  }
  if (filter.sinceVersionId) {
    joins.push(Prisma.sql`LEFT JOIN "DatasetItem" known
      ON known."datasetVersionId" = ${filter.sinceVersionId}::uuid AND known."revisionId" = m."headRevisionId"`);
  }
  if (looksAtVerdicts(filter)) {
    joins.push(Prisma.sql`LEFT JOIN (
      SELECT DISTINCT ON ("imageId") "imageId", "verdict" FROM "Review" ORDER BY "imageId", "at" DESC, "id" DESC
    ) latest ON latest."imageId" = i."id"`);
  }
  return Prisma.join(joins, ' ');
}

const looksAtVerdicts = ({ verdicts }: DatasetFilter): boolean => verdicts.length < 3;
const no = Prisma.sql`false`;

/** EX3: the first reason that holds, in the domain's order. */
function dropReasonSql(filter: DatasetFilter, { kind, person, at }: Judgement): Prisma.Sql {
  const { authorIds, groupKeys, modelVersionIds, sinceVersionId, from, until } = filter;
  const outside = kind === 'negative' ? no : Prisma.sql`NOT (${pairsSql(filter)})`;
  const tests: Record<DropReason, Prisma.Sql> = {
    'removed-class': Prisma.sql`k."deletedAt" IS NOT NULL`,
    unjudged: Prisma.sql`(m."origin" IN ('proposed', 'imported') AND ${outside})`,
    origin: outside,
    stage: Prisma.sql`m."stage" <> ALL (${filter.stages.map(toRow)}::"Stage"[])`,
    'image-status': Prisma.sql`i."status" <> ALL (${filter.imageStatuses.map(toRow)}::"ImageStatus"[])`,
    verdict: looksAtVerdicts(filter)
      ? Prisma.sql`COALESCE(latest."verdict"::text, 'none') <> ALL (${filter.verdicts.map(toRow)}::text[])`
      : no,
    group: groupKeys ? Prisma.sql`i."groupKey" = ANY (${groupKeys}::text[]) IS NOT TRUE` : no,
    class: classSql(filter),
    person: authorIds ? Prisma.sql`${person} = ANY (${authorIds}::uuid[]) IS NOT TRUE` : no,
    model: modelVersionIds ? Prisma.sql`made."maskId" IS NULL` : no,
    date: Prisma.sql`(${from ? Prisma.sql`${at} < ${from}::timestamptz` : no}
      OR ${until ? Prisma.sql`${at} >= ${until}::timestamptz` : no})`,
    contained: sinceVersionId ? Prisma.sql`known."revisionId" IS NOT NULL` : no,
    empty: Prisma.sql`m."headRevisionId" IS NULL`,
  };
  const arms = DROP_REASONS.map((reason) => Prisma.sql`WHEN ${tests[reason]} THEN ${reason}`);
  return Prisma.sql`CASE ${Prisma.join(arms, ' ')} END`;
}

/** EX1, ST2: which origins may leave is the domain's answer for each stage. */
function pairsSql({ origins }: DatasetFilter): Prisma.Sql {
  const pairs = chosenPairs(origins).map(
    ({ stage, origin }) => Prisma.sql`(${toRow(stage)}::"Stage", ${origin}::"Origin")`,
  );
  return pairs.length === 0 ? no : Prisma.sql`(m."stage", m."origin") IN (${Prisma.join(pairs)})`;
}

function classSql({ classIds, includeUnclassified }: DatasetFilter): Prisma.Sql {
  const unclassified = includeUnclassified ? no : Prisma.sql`m."classId" IS NULL`;
  if (classIds === null) return unclassified;
  return Prisma.sql`(${unclassified} OR (m."classId" IS NOT NULL AND m."classId" <> ALL (${classIds}::uuid[])))`;
}

/** EX2: the split of each of a project's images. */
export async function splitsOf(db: Db, projectId: ProjectId, rule: SplitRule): Promise<Map<string, Split>> {
  const rows = await db.$queryRaw<{ id: string; key: string }[]>`
    SELECT i."id"::text AS "id", COALESCE(i."groupKey", i."sha256") AS "key" FROM "Image" i
    WHERE i."projectId" = ${projectId}::uuid AND ${countedSql}`;
  return new Map(rows.map(({ id, key }) => [id, splitOf(key, rule)]));
}

/** SQL text of images with their splits, for joining. */
export function splitsSql(splits: ReadonlyMap<string, Split>): Prisma.Sql {
  return Prisma.sql`unnest(${[...splits.keys()]}::uuid[], ${[...splits.values()]}::text[]::"Split"[]) AS s("imageId", "split")`;
}

type Row = { split: Split; classId: string | null; kind: ItemKind; reason: DropReason | null; masks: number };

/**
 * Counts what was judged, in one pass of the database: a million masks come back as a few rows.
 * @param judged SQL text of judged masks
 */
export async function countJudged(
  db: Db,
  judged: Prisma.Sql,
  splits: ReadonlyMap<string, Split>,
): Promise<DatasetCounts> {
  const [answer] = await db.$queryRaw<{ rows: Row[] | null; images: Record<Split, number> | null }[]>`
    WITH counted AS (
      SELECT "imageId", "classId", "kind", "reason", count(*)::int AS "masks"
      FROM (${judged}) judged GROUP BY 1, 2, 3, 4),
    placed AS (SELECT c.*, s."split" FROM counted c JOIN ${splitsSql(splits)} ON s."imageId" = c."imageId")
    SELECT (SELECT jsonb_agg(g) FROM (
             SELECT "split", "classId", "kind", "reason", sum("masks")::int AS "masks" FROM placed GROUP BY 1, 2, 3, 4) g) AS "rows",
           (SELECT jsonb_object_agg("split", "images") FROM (
             SELECT "split", count(DISTINCT "imageId")::int AS "images" FROM placed
             WHERE "reason" IS NULL AND "kind" = 'mask' GROUP BY 1) t) AS "images"`;
  return tally(answer?.rows ?? [], answer?.images ?? {});
}

function tally(rows: readonly Row[], imagesBySplit: Partial<Record<Split, number>>): DatasetCounts {
  const splits = structuredClone(NO_COUNTS.splits) as Record<Split, { images: number; masks: number }>;
  const dropped: Partial<Record<DropReason, number>> = {};
  const classes = new Map<string | null, Record<Split, number>>();
  let [masks, negatives] = [0, 0];
  for (const row of rows) {
    if (row.reason !== null) {
      dropped[row.reason] = (dropped[row.reason] ?? 0) + row.masks;
    } else if (row.kind === 'negative') {
      negatives += row.masks;
    } else {
      masks += row.masks;
      splits[row.split].masks += row.masks;
      const ofClass = classes.get(row.classId) ?? { train: 0, val: 0, test: 0 };
      ofClass[row.split] += row.masks;
      classes.set(row.classId, ofClass);
    }
  }
  let images = 0;
  for (const [split, count] of Object.entries(imagesBySplit) as [Split, number][]) {
    splits[split].images = count;
    images += count;
  }
  return { masks, images, negatives, dropped, splits, classes: bySize(classes) };
}

function bySize(classes: ReadonlyMap<string | null, Record<Split, number>>): ClassCount[] {
  const size = (count: ClassCount) => count.train + count.val + count.test;
  return Array.from(classes, ([classId, counts]) => ({ classId, ...counts })).sort(
    (a, b) => size(b) - size(a) || String(a.classId).localeCompare(String(b.classId)),
  );
}
