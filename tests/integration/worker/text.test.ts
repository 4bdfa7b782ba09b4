// Text prompts with the real worker, the embedded model and a small pair of the same contract as CLIP's: its image
// encoder answers with the mean colour, its text encoder with the colours that words mean.
import { classes, newId } from '@maskloop/db';
import { makeMask } from '@maskloop/db/testing';
import { decodeRle, maskBox, parseRle, rleArea } from '@maskloop/sam-core';
import { beforeAll, expect, test } from 'vitest';
import { addTextModel } from '../../helpers/text-model.ts';
import { PARAMETERS, useRuns } from './runs-stack.ts';
import { discs, until } from './stack.ts';

const runs = useRuns('postgres', 10);
const SIZE = { width: 320, height: 240 };
const DISCS = [
  { name: 'red', x: 70, y: 70, radius: 42, colour: [225, 25, 25] },
  { name: 'green', x: 235, y: 75, radius: 40, colour: [25, 200, 25] },
  { name: 'blue', x: 90, y: 180, radius: 38, colour: [25, 25, 225] },
  // no phrase fits it
  { name: 'yellow', x: 240, y: 180, radius: 38, colour: [230, 230, 25] },
] as const;

let picture: string;
let textModelId: string;
/** by name */
const classIds = new Map<string, string>();

beforeAll(async () => {
  const { stack } = runs;
  picture = await stack.addImage(discs(SIZE, DISCS), SIZE);
  textModelId = await addTextModel(stack);
  for (const [name, colour] of [
    ['apple', '#ff0000'],
    ['leaf', '#00ff00'],
    ['sky', '#0000ff'],
  ] as const) {
    const { id } = await classes.create(stack.db, stack.projectId, {
      name,
      colour,
      kind: 'thing',
      parentId: null,
    });
    classIds.set(name, id);
  }
});

const classOf = (name: string): string => classIds.get(name) ?? '';
const phrases = () => [
  { classId: classOf('apple'), phrase: 'red' },
  { classId: classOf('leaf'), phrase: 'Green' },
  { classId: classOf('sky'), phrase: 'blue' },
];

/** The disc that a mask lies in for the most part; null: the background or several. */
function discOf(counts: string): (typeof DISCS)[number]['name'] | null {
  const rle = parseRle({ size: [SIZE.height, SIZE.width], counts });
  const mask = decodeRle(rle);
  const box = maskBox(mask);
  if (!box) return null;
  const inside = (disc: (typeof DISCS)[number]) => {
    let pixels = 0;
    for (let y = box.y0; y < box.y1; y++)
      for (let x = box.x0; x < box.x1; x++)
        if (mask.data[y * SIZE.width + x] && Math.hypot(x - disc.x, y - disc.y) < disc.radius) pixels++;
    return pixels;
  };
  return DISCS.find((disc) => inside(disc) > 0.9 * rleArea(rle))?.name ?? null;
}

test('TX4 a run gives each proposal the class of the phrase that fits it, and none where none fits', async () => {
  const { db } = runs.stack;
  await runs.stack.startWorker();
  const own = await makeMask(db, { imageId: picture, authorId: runs.stack.ownerId, size: SIZE });
  const { id: runId } = await runs.order({
    scope: { kind: 'images', imageIds: [picture] },
    parameters: { ...PARAMETERS, pointsPerSide: 8 },
    text: { textModelId, threshold: 0.6, phrases: phrases() },
  });
  await runs.over(runId);
  const made = await runs.live({ runId });
  const expected = { red: 'apple', green: 'leaf', blue: 'sky', yellow: null } as const;
  const seen = new Set<string>();
  for (const { classId, headRevision } of made) {
    const disc = discOf(headRevision?.counts ?? '');
    expect(headRevision).toMatchObject({ textModelId });
    if (disc === null) continue;
    seen.add(disc);
    const name = expected[disc];
    expect(classId, disc).toBe(name && classOf(name));
    if (name) {
      expect(headRevision?.textPhrase?.toLowerCase()).toBe(disc);
      expect(headRevision?.textScore).toBeGreaterThan(0.6);
    } else expect(headRevision?.textScore).toBeLessThan(0.6);
  }
  expect([...seen].sort(), `of ${made.length} proposals`).toEqual(['blue', 'green', 'red', 'yellow']);
  // RN1: what a person made is as it was
  expect(await db.mask.findUniqueOrThrow({ where: { id: own.id } })).toMatchObject({ classId: null });
  expect((await runs.caller.run.get({ runId })).text).toMatchObject({ textModelId, threshold: 0.6 });

  // RN2: a class that a person gave to a proposal is not taken back by another run
  const mask = (await runs.live({ imageId: picture, classId: classOf('apple') }))[0];
  await runs.caller.mask.save({
    imageId: picture,
    operations: [{ id: newId(), maskId: mask?.id ?? '', kind: 'setClass', classId: classOf('sky') }],
  });
  const { id: again } = await runs.order({
    scope: { kind: 'images', imageIds: [picture] },
    parameters: { ...PARAMETERS, pointsPerSide: 8 },
    text: { textModelId, threshold: 0.6, phrases: phrases() },
  });
  await runs.over(again);
  const after = await runs.live({ id: mask?.id ?? '' });
  expect(after).toMatchObject([{ classId: classOf('sky'), headRevision: { textPhrase: 'red' } }]);
});

test('TX5 a phrase ranks the proposals of an image', async () => {
  await runs.stack.startWorker();
  const rank = async (phrase: string) => {
    const { jobId } = await runs.caller.text.rank({ imageId: picture, textModelId, phrase });
    const read = await until(async () => {
      const now = await runs.caller.text.ranking({ jobId });
      return now.state === 'pending' || now.state === 'running' ? null : now;
    }, 'the ranking');
    expect(read).toMatchObject({ state: 'done', error: null });
    return [...(read.ranking?.scores ?? [])].sort((a, b) => b.score - a.score);
  };
  const proposals = new Map(
    (await runs.live({ imageId: picture, origin: 'proposed' })).map((m) => [m.id, m]),
  );
  const discAt = (id: string | undefined) => discOf(proposals.get(id ?? '')?.headRevision?.counts ?? '');
  for (const phrase of ['red', 'green', 'blue']) {
    const ranked = await rank(phrase);
    expect(ranked.map(({ maskId }) => maskId).sort()).toEqual([...proposals.keys()].sort());
    expect(discAt(ranked[0]?.maskId)).toBe(phrase);
    for (const { maskId, score } of ranked) {
      const disc = discAt(maskId);
      if (disc && disc !== 'yellow')
        expect(score > 0.6, `${disc} for ${phrase}: ${score}`).toBe(disc === phrase);
    }
  }
});

test('an order that cannot be meant is refused before it is a run', async () => {
  const text = { textModelId, threshold: 0.5, phrases: phrases() };
  await expect(runs.order({ kinds: ['encode'], text })).rejects.toThrow('only a run that proposes');
  await expect(runs.order({ text: { ...text, textModelId: newId() } })).rejects.toThrow('no text model');
  await expect(
    runs.order({ text: { ...text, phrases: [{ classId: newId(), phrase: 'red' }] } }),
  ).rejects.toThrow('is no class of this project');
  await expect(
    runs.caller.text.rank({ imageId: picture, textModelId: newId(), phrase: 'red' }),
  ).rejects.toThrow('no text model');
});
