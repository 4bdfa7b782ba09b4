import { edgesOf, type MaskId, type Verdict } from '@maskloop/domain';
import { useTranslations } from 'next-intl';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { DIFF_COLOURS } from '@/editor/canvas/diff-painter.ts';
import type { Pin } from '@/editor/canvas/Pins.tsx';
import { ReviewCanvas } from '@/editor/canvas/ReviewCanvas.tsx';
import type { ViewPort } from '@/editor/canvas/view-port.ts';
import { BasePicker } from './BasePicker.tsx';
import { type Base, byInterest, type Compared, compare, recordOf } from './compare.ts';
import { HistorySlider } from './HistorySlider.tsx';
import { MaskTable } from './MaskTable.tsx';
import { PinForm } from './PinForm.tsx';
import { RemarkList } from './RemarkList.tsx';
import classes from './Review.module.css';
import { ReviewBar } from './ReviewBar.tsx';
import { SecondOpinion } from './SecondOpinion.tsx';
import { useReviewKeys } from './use-review-keys.ts';
import type { LoadedReview } from './use-review-queue.ts';
import { useShownRevision } from './use-shown-revision.ts';
import { VerdictBox, type VerdictHandle } from './VerdictBox.tsx';

interface ReviewDeskProps {
  readonly projectId: string;
  readonly review: LoadedReview;
  readonly place: { readonly n: number; readonly total: number } | null;
  readonly backTo: string;
  /** begins with both labelings beside each other, where there are two */
  readonly compareTwice: boolean;
  readonly onMove: { readonly previous?: () => void; readonly next?: () => void };
  /** why no verdict can be passed */
  readonly notice: ReactNode;
  readonly deciding: boolean;
  /** null: no verdict can be passed */
  readonly onDecide: ((verdict: Verdict, note: string) => void) | null;
}

/** The picture, what changed on it, what was said about it, and the verdict. */
export function ReviewDesk(props: ReviewDeskProps) {
  const { projectId, review, onMove, onDecide } = props;
  const { image, masks, remarks } = review;
  const t = useTranslations('review');
  const judgedBefore = remarks.reviews.length > 0;
  const labeledTwice = review.second?.compared != null;
  const [base, setBase] = useState<Base>(
    labeledTwice && props.compareTwice ? 'second' : judgedBefore ? 'before' : 'proposal',
  );
  const twice = base === 'second';
  const [selectedId, setSelectedId] = useState<MaskId | null>(null);
  const [hidden, setHidden] = useState(false);
  const [placing, setPlacing] = useState(false);
  const [draft, setDraft] = useState<{ x: number; y: number; maskId: MaskId | null } | null>(null);
  const [activePin, setActivePin] = useState<string | null>(null);
  const [port, setPort] = useState<ViewPort | null>(null);
  const verdict = useRef<VerdictHandle>(null);
  const shown = useShownRevision(selectedId);
  const shownId = shown?.maskId ?? null;
  const shownPixels = shown?.pixels ?? null;
  const byClass = useMemo(() => new Map(review.classes.map((each) => [each.id, each])), [review.classes]);

  // painting starts anew only when the size is another one, not with each answer of the server
  const { id, width, height } = image;
  const size = useMemo(() => ({ id, width, height }), [id, width, height]);
  const document = useMemo(
    () =>
      new Map(
        masks
          .filter((mask) => !mask.removed)
          .map((mask) => [mask.id, recordOf(mask, size, mask.id === shownId ? shownPixels : null)]),
      ),
    [masks, size, shownId, shownPixels],
  );
  const compared = useMemo(
    () =>
      masks
        .map((mask) => compare(mask, base, size, mask.id === shownId ? shownPixels : null))
        .filter((each): each is Compared => each !== null)
        .sort(byInterest),
    [masks, base, size, shownId, shownPixels],
  );
  const chosen = compared.find(({ mask }) => mask.id === selectedId) ?? null;
  const shapes = useMemo(
    () => (chosen ? [chosen] : compared).flatMap((each) => each.shapes),
    [compared, chosen],
  );
  const pins: readonly Pin[] = useMemo(
    () => [
      ...remarks.comments.map(({ id, x, y, resolvedAt, text }, at) => ({
        id,
        n: at + 1,
        x,
        y,
        resolved: resolvedAt !== null,
        label: t('pin', { n: at + 1, text }),
      })),
      ...(draft
        ? [
            {
              id: 'draft',
              n: remarks.comments.length + 1,
              x: draft.x,
              y: draft.y,
              resolved: false,
              label: t('newPin'),
            },
          ]
        : []),
    ],
    [remarks.comments, draft, t],
  );
  const select = useCallback((maskId: MaskId | null) => setSelectedId(maskId), []);
  const step = (by: 1 | -1) => {
    const at = compared.findIndex(({ mask }) => mask.id === selectedId);
    const to = compared[at < 0 ? (by > 0 ? 0 : compared.length - 1) : at + by];
    if (!to) return;
    select(to.mask.id);
    port?.lookAt(edgesOf(to.mask.head.box));
  };
  useReviewKeys({
    ...onMove,
    mask: step,
    revision: (by) => shown?.step(by),
    base: (to) => {
      if ((to !== 'before' || judgedBefore) && (to !== 'second' || labeledTwice)) setBase(to);
    },
    hide: () => setHidden((now) => !now),
    pin: () => setPlacing((now) => !now),
    cancel: () => {
      setPlacing(false);
      setDraft(null);
      select(null);
    },
    fit: () => port?.fit(),
    zoom: (factor) => port?.zoomBy(factor),
    decide: (how) => verdict.current?.decide(how),
  });

  return (
    <div className={classes.window} data-testid="review">
      <ReviewBar
        projectId={projectId}
        review={review}
        place={props.place}
        backTo={props.backTo}
        onMove={onMove}
        hidden={hidden}
        onHide={() => setHidden(!hidden)}
        placing={placing}
        onPin={onDecide ? () => setPlacing(!placing) : null}
        onFit={() => port?.fit()}
      />
      <main className={classes.stage}>
        <ReviewCanvas
          image={size}
          label={t('canvas', { name: image.name })}
          document={document}
          classes={byClass}
          outlineOnly={base !== 'none'}
          hidden={hidden}
          shapes={shapes}
          selectedId={selectedId}
          base={chosen?.base ?? null}
          pins={pins}
          activePin={activePin}
          onPin={setActivePin}
          placing={placing}
          onClick={(at, top) => {
            const inside = at.x >= 0 && at.y >= 0 && at.x <= width && at.y <= height;
            if (!placing) select(top);
            else if (inside) {
              setDraft({ x: at.x, y: at.y, maskId: top });
              setPlacing(false);
            }
          }}
          onReady={setPort}
        />
        {base !== 'none' && (
          <div className={classes.legend}>
            {(['added', 'removed'] as const).map((change) => (
              <span key={change}>
                <i style={{ background: DIFF_COLOURS[change] }} />
                {t(twice ? `second.legend.${change}` : `legend.${change}`)}
              </span>
            ))}
          </div>
        )}
        <div className={classes.notice}>{props.notice}</div>
      </main>
      <aside className={classes.side}>
        {review.second && <SecondOpinion second={review.second} />}
        <BasePicker
          base={base}
          judgedBefore={judgedBefore}
          labeledTwice={labeledTwice}
          compared={compared}
          onChange={setBase}
        />
        <div className={classes.masks}>
          <MaskTable
            compared={compared}
            twice={twice}
            classes={byClass}
            selectedId={selectedId}
            onSelect={(maskId) => {
              select(maskId === selectedId ? null : maskId);
              const found = masks.find((mask) => mask.id === maskId);
              if (found && maskId !== selectedId) port?.lookAt(edgesOf(found.head.box));
            }}
          />
        </div>
        {shown && <HistorySlider shown={shown} />}
        <div className={classes.remarks}>
          {draft && <PinForm imageId={image.id} at={draft} onDone={() => setDraft(null)} />}
          <RemarkList
            remarks={remarks}
            active={activePin}
            onChoose={(comment) => {
              setActivePin(comment.id);
              if (comment.maskId) select(comment.maskId);
            }}
          />
        </div>
        <VerdictBox
          key={remarks.reviews.length}
          ref={verdict}
          openPins={remarks.comments.filter(({ resolvedAt }) => resolvedAt === null).length}
          busy={props.deciding}
          onDecide={onDecide}
        />
      </aside>
    </div>
  );
}
