import type { Column } from './kind.ts';
import { nameAndAge } from './columns/cells.ts';

/** The columns of a built-in kind. */
export function columnsOf(_plural: string, _group: string): readonly Column[] {
  return nameAndAge([]);
}
