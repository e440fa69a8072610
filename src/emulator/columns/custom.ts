import type { PrinterColumn } from '../custom-kind.ts';
import type { Column } from '../kind.ts';
import { ageOf } from './cells.ts';
import { parsePath } from './json-path.ts';

const NAME: Column = { name: 'Name', type: 'string', format: 'name', cell: ({ metadata }) => metadata.name };
const AGE: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** The columns that a CRD version declares; without any, the age. */
export function customColumns(declared: readonly PrinterColumn[]): readonly Column[] {
  return [NAME, ...(declared.length === 0 ? [AGE] : declared).map(customColumn)];
}

function customColumn(declared: PrinterColumn): Column {
  const { name, type, jsonPath, format = '', description = '', priority = 0 } = declared;
  const read = parsePath(jsonPath);
  return {
    name,
    type: type as Column['type'],
    format,
    description,
    priority,
    cell: (object, now) => {
      const [value, ...more] = read?.(object) ?? [];
      if (value === undefined) return null;
      return cellOf(type, more.length > 0 ? [value, ...more] : value, () => now);
    },
  };
}

/** A value as a column of that type shows it; null when it is of another type. */
function cellOf(
  type: string,
  value: unknown,
  now: () => Parameters<typeof ageOf>[1],
): string | number | boolean | null {
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null;
  if (type === 'number') return typeof value === 'number' ? value : null;
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  if (type === 'date') return typeof value === 'string' ? ageOf(value, now()) : null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
