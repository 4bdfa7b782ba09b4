import type { LintFinding, MaskId } from '@maskloop/domain';
import { useEffect, useState } from 'react';
import { lintDocument } from '../document/lint.ts';
import type { EditorSession } from '../session.ts';
import { useCell } from '../use-cell.ts';

type Findings = ReadonlyMap<MaskId, readonly LintFinding[]>;
const NOTHING: Findings = new Map();
/** Hundreds of masks take some tens of milliseconds: a hand that is still at work is not held up for that. */
const REST_MS = 300;

/** What is wrong with the masks of the picture by the project's rules, soon after each change. */
export function useFindings(session: EditorSession): Findings {
  const document = useCell(session.document);
  const policy = useCell(session.lintPolicy);
  const opening = useCell(session.opening);
  const [findings, setFindings] = useState(NOTHING);
  useEffect(() => {
    const image = opening.at === 'open' ? opening.opened.image : null;
    if (!policy || !image) return;
    const timer = setTimeout(() => setFindings(lintDocument(document, image, policy)), REST_MS);
    return () => clearTimeout(timer);
  }, [document, policy, opening]);
  return findings;
}
