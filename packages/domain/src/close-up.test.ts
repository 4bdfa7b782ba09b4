import { describe, expect, it } from 'vitest';
import { CloseUp, closeUpAround, closeUpFault, closeUpName, parseCloseUp } from './close-up.ts';

const PICTURE = { width: 640, height: 480 };

describe('CU1: a close-up', () => {
  it('has a name that reads back as itself, and nothing else does', () => {
    const closeUp = { x0: 12, y0: 0, x1: 340, y1: 200 };
    expect(parseCloseUp(closeUpName(closeUp))).toEqual(closeUp);
    for (const bad of ['', '1-2-3', '0-0-31-100', '100-0-20-90', '0-0-1e3-99', '-5-0-90-90', '0-0-90-90-']) {
      expect(parseCloseUp(bad), bad).toBeNull();
    }
  });

  it('has sides of 32 pixels at least', () => {
    expect(CloseUp.safeParse({ x0: 0, y0: 0, x1: 32, y1: 32 }).success).toBe(true);
    const tooThin = CloseUp.safeParse({ x0: 0, y0: 0, x1: 400, y1: 31 });
    expect(tooThin.error?.issues[0]?.message).toContain('32 pixels');
  });

  it('lies inside its picture; the fault names the field, the limit and the value', () => {
    expect(closeUpFault({ x0: 0, y0: 0, x1: 640, y1: 480 }, PICTURE)).toBeNull();
    expect(closeUpFault({ x0: 0, y0: 0, x1: 641, y1: 480 }, PICTURE)).toBe(
      'closeUp.x1: at most 640, the width of the picture, got 641',
    );
    expect(closeUpFault({ x0: 0, y0: 0, x1: 64, y1: 999 }, PICTURE)).toContain('closeUp.y1');
  });

  it('shows two and a half times a region, moved into the picture and cut where it is too small', () => {
    expect(closeUpAround({ x: 300, y: 200, width: 40, height: 20 }, PICTURE)).toEqual({
      x0: 270,
      y0: 160,
      x1: 370,
      y1: 260,
    });
    expect(closeUpAround({ x: 0, y: 470, width: 40, height: 10 }, PICTURE)).toEqual({
      x0: 0,
      y0: 380,
      x1: 100,
      y1: 480,
    });
    expect(closeUpAround({ x: 0, y: 0, width: 640, height: 100 }, PICTURE)).toEqual({
      x0: 0,
      y0: 0,
      x1: 640,
      y1: 480,
    });
    expect(closeUpAround({ x: 5, y: 5, width: 1, height: 1 }, PICTURE)).toEqual({
      x0: 0,
      y0: 0,
      x1: 32,
      y1: 32,
    });
  });
});
