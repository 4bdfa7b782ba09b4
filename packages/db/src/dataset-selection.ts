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
import { countedImageSql } from './counted-images.ts';
import { Prisma } from './generated/client.ts';
import { genuineSql } from './planted.ts';
import { toRow } from './to-domain.ts';

/**
 * SQL text of a project's masks that could be items: image, head, class, parent, z-order, kind, and the reason why the
 * mask is left out (null: taken). EX6: negatives are here only when the filter asks for them, and only those taken.
 */
export function judgedSql(projectId: ProjectId, filter: DatasetFilter): Prisma.Sql {
  return selectionSql(projectId, filter, {
    columns: Prisma.sql`m."id", m."headRevisionId", m."parentId", m."zIndex", m."headAt" IS NULL AS "empty",`,
    together: Prisma.empty,
  });
}

/**
 * The same masks counted: those of an image for which the filter's answer is the same are one row, with how many they
 * are. The masks of an image lie together in one index that holds all this asks for (Mask_live_idx), and reasons
 * are found for some hundred thousand rows instead of for millions. Masks without a head, of which there should be none,
 * make no rows of their own: grouped by what the index is sorted by, nothing is hashed.
 */
export function groupedSql(projectId: ProjectId, filter: DatasetFilter): Prisma.Sql {
  return selectionSql(projectId, filter, {
    columns: Prisma.sql`count(*) AS "masks", count(*) - count(m."headAt") AS "headless", false AS "empty",`,
    together: Prisma.sql`GROUP BY m."classId", m."stage", m."origin", "byOthers", "ofOtherModels", "otherTime", "known"`,
  });
}

interface Shape {
  /** of a mask or a group of masks, beside what reasons are found from; ends in a comma */
  readonly columns: Prisma.Sql;
  readonly together: Prisma.Sql;
}

function selectionSql(projectId: ProjectId, filter: DatasetFilter, shape: Shape): Prisma.Sql {
  const live = oneKindSql(projectId, filter, LIVE, shape);
  if (!filter.includeNegatives) return live;
  const rejected = oneKindSql(projectId, filter, NEGATIVE, shape);
  return Prisma.sql`${live} UNION ALL SELECT * FROM (${rejected}) rejected WHERE "reason" IS NULL`;
}

/** What differs between live masks and negatives: which they are, whose work and when. Of a live mask that is its head's. */
interface Judgement {
  readonly kind: ItemKind;
  readonly which: Prisma.Sql;
  readonly person: Prisma.Sql;
  readonly at: Prisma.Sql;
}
const LIVE: Judgement = {
  kind: 'mask',
  which: Prisma.sql`m."removedAt" IS NULL AND ${genuineSql()}`,
  person: Prisma.sql`m."headAuthorId"`,
  at: Prisma.sql`m."headAt"`,
};
const NEGATIVE: Judgement = {
  kind: 'negative',
  which: Prisma.sql`m."removedAt" IS NOT NULL AND m."removedById" IS NOT NULL AND m."origin" = 'proposed' AND ${genuineSql()}`,
  person: Prisma.sql`m."removedById"`,
  at: Prisma.sql`m."removedAt"`,
};

/** Image by image, so that neither a sort nor a hash of all masks is ever needed. */
function oneKindSql(
  projectId: ProjectId,
  filter: DatasetFilter,
  judgement: Judgement,
  { columns, together }: Shape,
): Prisma.Sql {
  return Prisma.sql`
    SELECT i."id" AS "imageId", m.*, ${judgement.kind}::"ItemKind" AS "kind", ${dropReasonSql(filter, judgement)} AS "reason"
    FROM "Image" i
    CROSS JOIN LATERAL (
      SELECT ${columns} m."classId", m."stage", m."origin", ${factsSql(filter, judgement)}
      FROM "Mask" m ${maskJoinsSql(filter)}
      WHERE m."imageId" = i."id" AND ${judgement.which} ${together}) m
    LEFT JOIN "LabelClass" k ON k."id" = m."classId"
    ${looksAtVerdicts(filter) ? latestVerdictSql : Prisma.empty}
    WHERE i."projectId" = ${projectId}::uuid AND ${countedImageSql}`;
}

const latestVerdictSql = Prisma.sql`LEFT JOIN (
  SELECT DISTINCT ON ("imageId") "imageId", "verdict" FROM "Review" ORDER BY "imageId", "at" DESC, "id" DESC
) latest ON latest."imageId" = i."id"`;

/** Tables beyond mask and image are joined only where the filter looks at them: most of them are as large. */
function maskJoinsSql({ modelVersionIds, sinceVersionId }: DatasetFilter): Prisma.Sql {
  const made = Prisma.sql`LEFT JOIN (
    SELECT DISTINCT "maskId" FROM "MaskRevision"
    WHERE "imageId" = i."id" AND "modelVersionId" = ANY (${modelVersionIds}::uuid[])) made ON made."maskId" = m."id"`;
  const contained = Prisma.sql`LEFT JOIN "DatasetItem" item ON item."datasetVersionId" = ${sinceVersionId}::uuid
    AND item."imageId" = m."imageId" AND item."revisionId" = m."headRevisionId"`;
  return Prisma.sql`${modelVersionIds ? made : Prisma.empty} ${sinceVersionId ? contained : Prisma.empty}`;
}

/** What reasons ask of a single mask, as truth values: masks with the same answers can be counted together. */
function factsSql(filter: DatasetFilter, { person, at }: Judgement): Prisma.Sql {
  const { authorIds, modelVersionIds, sinceVersionId, from, until } = filter;
  return Prisma.sql`
    ${authorIds ? Prisma.sql`${person} = ANY (${authorIds}::uuid[]) IS NOT TRUE` : no} AS "byOthers",
    ${modelVersionIds ? Prisma.sql`made."maskId" IS NULL` : no} AS "ofOtherModels",
    (${from ? Prisma.sql`${at} < ${from}::timestamptz` : no}
      OR ${until ? Prisma.sql`${at} >= ${until}::timestamptz` : no}) AS "otherTime",
    ${sinceVersionId ? Prisma.sql`item."revisionId" IS NOT NULL` : no} AS "known"`;
}

const looksAtVerdicts = ({ verdicts }: DatasetFilter): boolean => verdicts.length < 3;
const no = Prisma.sql`false`;

/** EX3: the first reason that holds, in the domain's order. */
function dropReasonSql(filter: DatasetFilter, { kind }: Judgement): Prisma.Sql {
  const { groupKeys } = filter;
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
    person: Prisma.sql`m."byOthers"`,
    model: Prisma.sql`m."ofOtherModels"`,
    date: Prisma.sql`m."otherTime"`,
    contained: Prisma.sql`m."known"`,
    empty: Prisma.sql`m."empty"`,
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
    WHERE i."projectId" = ${projectId}::uuid AND ${countedImageSql}`;
  return new Map(rows.map(({ id, key }) => [id, splitOf(key, rule)]));
}

/** SQL text of images with their splits, for joining. */
export function splitsSql(splits: ReadonlyMap<string, Split>): Prisma.Sql {
  return Prisma.sql`unnest(${[...splits.keys()]}::uuid[], ${[...splits.values()]}::text[]::"Split"[]) AS s("imageId", "split")`;
}

type Row = { split: Split; classId: string | null; kind: ItemKind; reason: DropReason | null; masks: number };

/**
 * Adds up what was counted, in the database: a million masks come back as a few rows.
 * @param counted SQL text of rows with imageId, classId, kind, reason, how many masks, and how many of them have no head:
 *   those that nothing else leaves out are left out as empty, the last of the reasons
 */
export async function addUp(
  db: Db,
  counted: Prisma.Sql,
  splits: ReadonlyMap<string, Split>,
): Promise<DatasetCounts> {
  const [answer] = await db.$queryRaw<
    { rows: Row[] | null; images: Record<Split, number> | null; empty: number }[]
  >`
    WITH placed AS MATERIALIZED (
      SELECT c."imageId", c."classId", c."kind", c."reason", s."split", c."headless",
             CASE WHEN c."reason" IS NULL THEN c."masks" - c."headless" ELSE c."masks" END AS "masks"
      FROM (${counted}) c JOIN ${splitsSql(splits)} ON s."imageId" = c."imageId")
    SELECT (SELECT jsonb_agg(g) FROM (
             SELECT "split", "classId", "kind", "reason", sum("masks")::int AS "masks" FROM placed
             GROUP BY 1, 2, 3, 4 HAVING sum("masks") > 0) g) AS "rows",
           (SELECT jsonb_object_agg("split", "images") FROM (
             SELECT "split", count(DISTINCT "imageId")::int AS "images" FROM placed
             WHERE "reason" IS NULL AND "kind" = 'mask' AND "masks" > 0 GROUP BY 1) t) AS "images",
           (SELECT COALESCE(sum("headless"), 0)::int FROM placed WHERE "reason" IS NULL AND "kind" = 'mask') AS "empty"`;
  const counts = tally(answer?.rows ?? [], answer?.images ?? {});
  const empty = (counts.dropped.empty ?? 0) + (answer?.empty ?? 0);
  return empty === 0 ? counts : { ...counts, dropped: { ...counts.dropped, empty } };
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
