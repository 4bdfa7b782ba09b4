import type { Cell } from '../store.ts';
import { useCell } from '../use-cell.ts';
import styles from './canvas.module.css';
import { toScreen, type View } from './view.ts';

export interface Pin {
  readonly id: string;
  /** as it is numbered in the list beside the picture */
  readonly n: number;
  /** image pixels */
  readonly x: number;
  readonly y: number;
  readonly resolved: boolean;
  /** what it says, for those who hear the page */
  readonly label: string;
}

interface PinsProps {
  readonly view: Cell<View>;
  readonly pins: readonly Pin[];
  readonly activeId: string | null;
  readonly onChoose: (id: string) => void;
}

/** Remarks at their places on the picture; they keep their size whatever the zoom. */
export function Pins({ view, pins, activeId, onChoose }: PinsProps) {
  const now = useCell(view);
  return (
    <div className={styles.pins}>
      {pins.map((pin) => {
        const { x, y } = toScreen(now, pin);
        return (
          <button
            key={pin.id}
            type="button"
            className={styles.pin}
            style={{ transform: `translate(${x}px, ${y}px) translate(-50%, -100%)` }}
            data-resolved={pin.resolved}
            data-active={pin.id === activeId}
            data-testid="pin"
            title={pin.label}
            aria-label={pin.label}
            // the picture below would take the press for a click of its own
            onPointerDown={(event) => event.stopPropagation()}
            onClick={() => onChoose(pin.id)}
          >
            {pin.n}
          </button>
        );
      })}
    </div>
  );
}
