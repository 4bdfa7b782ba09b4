import { type LintFinding, LintPolicy } from '@maskloop/domain';
import { compressCounts, encodeRle } from '@maskloop/sam-core';
import { expect, test, vi } from 'vitest';
import { documentOf, rectangleMask } from '../testing/records.ts';
import { setUp } from '../testing/session.ts';
import { lintDocument } from './lint.ts';

const IMAGE = { width: 40, height: 20 };
const POLICY = LintPolicy.parse({});

/** A square of 10 x 10 with a gap of one pixel, and a pixel far away from it. */
function untidy(): string {
  const data = new Uint8Array(IMAGE.width * IMAGE.height);
  for (let y = 2; y < 12; y++) data.fill(1, y * IMAGE.width + 2, y * IMAGE.width + 12);
  data[6 * IMAGE.width + 6] = 0;
  data[18 * IMAGE.width + 38] = 1;
  return compressCounts(encodeRle({ ...IMAGE, data }).counts);
}

test('LN1 slips of what people made are found as they make it, by mask', () => {
  const found = lintDocument(
    documentOf(
      rectangleMask(IMAGE, [2, 2, 10, 10], { id: 'a', counts: untidy() }),
      rectangleMask(IMAGE, [20, 2, 10, 10], { id: 'b' }),
      rectangleMask(IMAGE, [20, 2, 10, 10], { id: 'c', origin: 'accepted' }),
    ),
    IMAGE,
    POLICY,
  );
  expect([...found.keys()].sort()).toEqual(['a', 'c']);
  expect(found.get('a')).toMatchObject([
    { rule: 'islands', parts: 1, pixels: 1 },
    { rule: 'holes', parts: 1, pixels: 1 },
  ]);
  expect(found.get('c')).toMatchObject([{ rule: 'duplicate', otherMaskId: 'b' }]);
});

test('LN1 a proposal that nobody judged is not found, nor anything to be its double', () => {
  const found = lintDocument(
    documentOf(
      rectangleMask(IMAGE, [2, 2, 10, 10], { id: 'a', counts: untidy(), origin: 'proposed' }),
      rectangleMask(IMAGE, [2, 2, 10, 10], { id: 'b' }),
    ),
    IMAGE,
    POLICY,
  );
  expect(found.size).toBe(0);
});

test('LN3 a fix is a stroke of the person: the mask is whole again, is sent, and one undo takes it back', async () => {
  const { session, sent } = setUp();
  const before = rectangleMask(IMAGE, [2, 2, 37, 17], { id: 'a', counts: untidy(), origin: 'assisted' });
  session.lintPolicy.set(POLICY);
  session.merge(documentOf(before), 0);
  const findings = () => lintDocument(session.document.get(), IMAGE, POLICY).get('a') ?? [];
  while (findings()[0]) session.effects.fix(findings()[0] as LintFinding);
  expect(session.document.get().get('a')).toMatchObject({
    area: 100,
    box: { x: 2, y: 2, width: 10, height: 10 },
    origin: 'assisted',
  });
  await vi.waitFor(() => expect(sent).toMatchObject([{ edit: 'draw' }, { edit: 'draw' }]));
  session.undo();
  session.undo();
  expect(session.document.get().get('a')?.counts).toBe(before.counts);
});

test('LN3 the fix of a double is its removal', () => {
  const { session } = setUp();
  session.lintPolicy.set(POLICY);
  session.merge(
    documentOf(
      rectangleMask(IMAGE, [20, 2, 10, 10], { id: 'b' }),
      rectangleMask(IMAGE, [20, 2, 10, 10], { id: 'c' }),
    ),
    0,
  );
  const [finding] = lintDocument(session.document.get(), IMAGE, POLICY).get('c') ?? [];
  session.effects.fix(finding as LintFinding);
  expect([...session.document.get().keys()]).toEqual(['b']);
});
