import type { Point } from '@maskloop/sam-core';
import { useEffect, useMemo, useRef } from 'react';
import { Circle, Group, Layer, Line, Rect, Shape, Stage } from 'react-konva';
import { freePoints } from '../document/coverage.ts';
import type { EditorSession } from '../session.ts';
import type { Gesture } from '../tools/prompt.ts';
import { useCell, usePart } from '../use-cell.ts';
import type { CanvasController } from './controller.ts';
import { toScreen, type View } from './view.ts';

const FOREGROUND = '#12b886';
const BACKGROUND = '#fa5252';
const LINE = '#ffffff';
const CLOSE_UP = '#ffd43b';
const NO_GESTURE: Gesture = { at: 'none' };
const SHADOW = 'rgba(0, 0, 0, 0.65)';

/** What Konva carries: the points, box and outline being made, and the ring of the brush. Nothing that is saved. */
export function Overlay({
  session,
  canvas,
}: {
  readonly session: EditorSession;
  readonly canvas: CanvasController;
}) {
  const screen = useCell(canvas.screen);
  const view = useCell(canvas.view);
  const toolName = usePart(session.tool, (tool) => tool.name);
  return (
    <Stage width={screen.width} height={screen.height} listening={false}>
      <Layer listening={false}>
        <FreePoints session={session} view={view} />
        <CloseUpFrame session={session} view={view} />
        {toolName === 'prompt' && <PromptMarks session={session} view={view} />}
        <KeyCursor session={session} view={view} />
        {toolName === 'polygon' && <PolygonMarks session={session} view={view} />}
        {(toolName === 'brush' || toolName === 'eraser') && <BrushRing session={session} canvas={canvas} />}
      </Layer>
    </Stage>
  );
}

interface MarksProps {
  readonly session: EditorSession;
  readonly view: View;
}

/** Grid points that no mask claims, while coverage is shown: one shape for all of them. */
function FreePoints({ session, view }: MarksProps) {
  const shown = usePart(session.workspace.settings, (settings) => settings.coverage);
  const document = useCell(session.document);
  const concealed = useCell(session.concealed);
  const hidden = useCell(session.hidden);
  // the label map changes in place, together with these
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const points = useMemo(
    () => (shown && session.labels ? freePoints(session.labels) : []),
    [shown, session, document, concealed, hidden],
  );
  if (points.length === 0) return null;
  return (
    <Shape
      sceneFunc={(context, shape) => {
        context.beginPath();
        for (const point of points) {
          const { x, y } = toScreen(view, point);
          context.moveTo(x + 2, y);
          context.arc(x, y, 2, 0, 2 * Math.PI);
        }
        context.fillStrokeShape(shape);
      }}
      fill={LINE}
      stroke={SHADOW}
      strokeWidth={1}
    />
  );
}

/** Around the part that is looked at closely; dashed while it is not ready. */
function CloseUpFrame({ session, view }: MarksProps) {
  const closeUp = useCell(session.closeUp);
  if (closeUp.at === 'closed') return null;
  const { x0, y0, x1, y1 } = closeUp.closeUp;
  const a = toScreen(view, { x: x0, y: y0 });
  const b = toScreen(view, { x: x1, y: y1 });
  // half inside the picture's edge, so that a frame along it is seen
  const place = { x: a.x + 1, y: a.y + 1, width: b.x - a.x - 2, height: b.y - a.y - 2 };
  return (
    <Group>
      <Rect {...place} stroke={SHADOW} strokeWidth={4} />
      <Rect
        {...place}
        stroke={closeUp.at === 'failed' ? BACKGROUND : CLOSE_UP}
        strokeWidth={2}
        {...(closeUp.at === 'open' ? {} : { dash: [8, 6] })}
      />
    </Group>
  );
}

function PolygonMarks({ session, view }: MarksProps) {
  const state = usePart(session.tool, (tool) => (tool.name === 'polygon' ? tool.state : null));
  if (state?.at !== 'drawing') return null;
  const { points, pointer, subtract } = state;
  const [first] = points;
  return (
    <Group>
      <Outline
        points={[...points, pointer]}
        view={view}
        colour={subtract ? BACKGROUND : LINE}
        closed={false}
      />
      {first && <Dot at={first} view={view} colour={LINE} />}
    </Group>
  );
}

function KeyCursor({ session, view }: MarksProps) {
  const point = useCell(session.keyCursor);
  if (!point) return null;
  const { x, y } = toScreen(view, point);
  const cross = [
    [x - 12, y, x + 12, y],
    [x, y - 12, x, y + 12],
  ];
  return (
    <Group>
      {cross.map((line, index) => (
        <Group key={index === 0 ? 'across' : 'down'}>
          <Line points={line} stroke={SHADOW} strokeWidth={4} />
          <Line points={line} stroke={LINE} strokeWidth={2} />
        </Group>
      ))}
    </Group>
  );
}

function PromptMarks({ session, view }: MarksProps) {
  const set = usePart(session.tool, (tool) => (tool.name === 'prompt' ? tool.state.set : null));
  const gesture = usePart(session.tool, (tool) => (tool.name === 'prompt' ? tool.state.gesture : NO_GESTURE));
  const round = set?.rounds.at(-1);
  const box = gesture.at === 'boxing' ? corners(gesture.start, gesture.end) : round?.prompt.box;
  const grouped = gesture.at === 'grouping' ? gesture.points : [];
  const points = [...(round?.prompt.points ?? []), ...grouped];
  return (
    <Group>
      {box && <Frame box={box} view={view} />}
      {points.map((point, index) => (
        <Dot
          // biome-ignore lint/suspicious/noArrayIndexKey: points have no identity but their place in the prompt
          key={index}
          at={point}
          view={view}
          colour={point.label === 'foreground' ? FOREGROUND : BACKGROUND}
        />
      ))}
    </Group>
  );
}

function Dot({ at, view, colour }: { readonly at: Point; readonly view: View; readonly colour: string }) {
  const { x, y } = toScreen(view, at);
  return (
    <Circle
      x={x}
      y={y}
      radius={5.5}
      fill={colour}
      stroke={LINE}
      strokeWidth={2}
      shadowColor="#000"
      shadowBlur={4}
    />
  );
}

function Frame({
  box,
  view,
}: {
  readonly box: { x0: number; y0: number; x1: number; y1: number };
  readonly view: View;
}) {
  const a = toScreen(view, { x: box.x0, y: box.y0 });
  const b = toScreen(view, { x: box.x1, y: box.y1 });
  const place = { x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y };
  return (
    <Group>
      <Rect {...place} stroke={SHADOW} strokeWidth={3} />
      <Rect {...place} stroke={LINE} strokeWidth={1.5} dash={[6, 4]} />
    </Group>
  );
}

function Outline(props: {
  readonly points: readonly Point[];
  readonly view: View;
  readonly colour: string;
  readonly closed: boolean;
}) {
  const flat = props.points.flatMap((point) => {
    const { x, y } = toScreen(props.view, point);
    return [x, y];
  });
  return (
    <Group>
      <Line points={flat} stroke={SHADOW} strokeWidth={3.5} closed={props.closed} lineJoin="round" />
      <Line points={flat} stroke={props.colour} strokeWidth={1.5} closed={props.closed} lineJoin="round" />
    </Group>
  );
}

/** Follows the pointer without a render: its node is moved directly. */
function BrushRing({
  session,
  canvas,
}: {
  readonly session: EditorSession;
  readonly canvas: CanvasController;
}) {
  const node = useRef<import('konva').default.Group>(null);
  const { brushSize, brushShape } = useCell(session.workspace.settings);
  const { zoom } = useCell(canvas.view);
  useEffect(() => {
    const root = canvas.root;
    const move = (event: PointerEvent) => {
      const box = root.getBoundingClientRect();
      node.current?.position({ x: event.clientX - box.left, y: event.clientY - box.top });
      node.current?.visible(true);
    };
    const leave = () => node.current?.visible(false);
    root.addEventListener('pointermove', move);
    root.addEventListener('pointerleave', leave);
    return () => {
      root.removeEventListener('pointermove', move);
      root.removeEventListener('pointerleave', leave);
    };
  }, [canvas]);
  const size = Math.max(2, brushSize * zoom);
  const ring = (stroke: string, strokeWidth: number) =>
    brushShape === 'round' ? (
      <Circle radius={size / 2} stroke={stroke} strokeWidth={strokeWidth} />
    ) : (
      <Rect
        x={-size / 2}
        y={-size / 2}
        width={size}
        height={size}
        stroke={stroke}
        strokeWidth={strokeWidth}
      />
    );
  return (
    <Group ref={node} visible={false}>
      {ring(SHADOW, 3)}
      {ring(LINE, 1.25)}
    </Group>
  );
}

function corners(a: Point, b: Point) {
  return { x0: Math.min(a.x, b.x), y0: Math.min(a.y, b.y), x1: Math.max(a.x, b.x), y1: Math.max(a.y, b.y) };
}
