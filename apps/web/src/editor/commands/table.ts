import type { Change } from '../document/history.ts';
import type { MaskDocument } from '../document/records.ts';
import {
  acceptMask,
  acceptMasks,
  addMask,
  removeMask,
  removeMasks,
  revertTo,
  revisePixels,
  setClass,
  setClasses,
  setOrder,
} from './masks.ts';

/** Every way in which a person changes the document. A new command is a function and a row. */
export const COMMANDS = {
  addMask,
  revisePixels,
  acceptMask,
  acceptMasks,
  removeMask,
  removeMasks,
  setClass,
  setClasses,
  setOrder,
  revertTo,
} as const;

type Table = typeof COMMANDS;
/** Derived from the table, so that no command can be called with another's arguments. */
export type Command = {
  [Name in keyof Table]: { readonly name: Name } & Parameters<Table[Name]>[1];
}[keyof Table];

/** @returns null when the command changes nothing or is forbidden there */
export function perform(document: MaskDocument, command: Command): Change | null {
  // each row takes exactly its own arguments; the union of functions hides that from the compiler
  const run = COMMANDS[command.name] as (document: MaskDocument, args: Command) => Change | null;
  return run(document, command);
}
