import { v7 } from 'uuid';

/** A new id, rising with time, so that rows made one after another lie together. */
export const newId = (): string => v7();
