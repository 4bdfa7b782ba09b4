import type { CloseUp, MaskId } from '@maskloop/domain';
import type { BitMask, Box, Point, PromptRequest, Size } from '@maskloop/sam-core';
import type { DecodeResult } from './candidates.ts';
import type { PromptSet } from './prompt-set.ts';

export const TOOL_NAMES = ['select', 'prompt', 'brush', 'eraser', 'polygon', 'pan'] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

export interface Modifiers {
  readonly shift: boolean;
  /** Ctrl, or Cmd on a Mac */
  readonly ctrl: boolean;
  readonly alt: boolean;
}

/** A position in CSS pixels of the canvas element. */
export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

interface PointerPart {
  /** image pixels, may lie outside the picture */
  readonly point: Point;
  readonly screen: ScreenPoint;
  readonly mods: Modifiers;
}

/** What happens to a tool. Keys arrive as the actions they stand for. */
export type ToolEvent =
  | ({ readonly type: 'down'; readonly button: 'left' | 'right'; readonly pressure: number } & PointerPart)
  | ({ readonly type: 'move'; readonly pressure: number } & PointerPart)
  | ({ readonly type: 'up' } & PointerPart)
  | ({ readonly type: 'double' } & PointerPart)
  | { readonly type: 'leave' }
  | { readonly type: 'mods'; readonly mods: Modifiers }
  /** Enter; `keep` holds on to the prompts so that another candidate can be taken as well */
  | { readonly type: 'accept'; readonly keep: boolean }
  /** Esc */
  | { readonly type: 'cancel' }
  /** Backspace, and Ctrl+Z inside a mask */
  | { readonly type: 'back' }
  | { readonly type: 'redo' }
  | { readonly type: 'candidate'; readonly by: 1 | -1 }
  /** prompts to go on with: a mask being re-prompted, a draft, an accept that was undone */
  | { readonly type: 'load'; readonly set: PromptSet }
  /** a close-up is open from now on, or none is any more */
  | { readonly type: 'close-up'; readonly at: Point | null }
  /** the decoder can answer from now on */
  | { readonly type: 'ready'; readonly at: Point | null }
  | { readonly type: 'decoded'; readonly request: number; readonly result: DecodeResult }
  | { readonly type: 'failed'; readonly request: number };

/** Everything a tool wants done; it does nothing itself. */
export type Effect =
  | {
      readonly do: 'decode';
      readonly request: number;
      readonly prompt: PromptRequest;
      readonly closeUp: CloseUp | null;
      readonly purpose: 'hover' | 'prompt';
    }
  | { readonly do: 'commit-prompt'; readonly set: PromptSet; readonly keep: boolean }
  | { readonly do: 'draw'; readonly target: MaskId | null; readonly bitmap: BitMask }
  | { readonly do: 'paint'; readonly target: MaskId | null; readonly bitmap: BitMask; readonly rect: Box }
  | { readonly do: 'clear-paint' }
  | {
      readonly do: 'polygon';
      readonly target: MaskId | null;
      readonly points: readonly Point[];
      readonly subtract: boolean;
    }
  | { readonly do: 'select'; readonly maskId: MaskId | null }
  | { readonly do: 'hover-mask'; readonly maskId: MaskId | null }
  | {
      readonly do: 'say';
      readonly message: 'first-foreground' | 'nothing-to-erase' | 'too-many-prompts' | 'outside-close-up';
    };

/** What a tool may know about the world, read-only. */
export interface ToolContext {
  readonly image: Size;
  /** CSS pixels per image pixel */
  readonly zoom: number;
  readonly canDecode: boolean;
  /** the close-up in which prompts are asked; null: the whole picture */
  readonly closeUp: CloseUp | null;
  readonly readOnly: boolean;
  readonly selectedId: MaskId | null;
  readonly brush: { readonly size: number; readonly shape: 'round' | 'square' };
  /** the topmost mask under a point */
  top(point: Point): MaskId | null;
  /** all masks under a point, topmost first */
  hits(point: Point): readonly MaskId[];
  /** a fresh bitmap of a mask, or an empty one of the image's size */
  bitmap(maskId: MaskId | null): BitMask;
}

/** A tool's reaction: where it is now, and what is to be done. */
export type Step<State> = readonly [next: State, ...effects: Effect[]];
