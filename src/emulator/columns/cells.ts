import type { KubeObject } from '../../kube/resource.ts';
import type { Milliseconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { elapsed, parseInstant } from '../../units/instant.ts';
import type { Column } from '../kind.ts';

/** The age of an object as kubectl writes it; `<unknown>` when it bears no time. */
export function ageOf(time: string | undefined, now: Instant): string {
  const at = parseInstant(time);
  return at === undefined ? '<unknown>' : humanDuration(elapsed(at, now));
}

/** `5s`, `3m10s`, `25m`, `5h10m`, `26h`, `3d4h`, `12d`, `2y30d`. Source: apimachinery, HumanDuration. */
export function humanDuration(length: Milliseconds): string {
  const seconds = Math.floor(length / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return withRest(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? withRest(years, 'y', days % 365, 'd') : `${years}y`;
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole}${unit}` : `${whole}${unit}${rest}${restUnit}`;
}

/** A column of text. */
export function text(name: string, cell: (object: KubeObject) => string | number | null, priority = 0): Column {
  return { name, type: 'string', cell, priority };
}

/** A column of whole numbers. */
export function count(name: string, cell: (object: KubeObject) => number): Column {
  return { name, type: 'integer', cell };
}

/** Name first, age last of the columns that are always shown, then what wide output adds. */
export function nameAndAge(between: readonly Column[]): readonly Column[] {
  return [
    { name: 'Name', type: 'string', format: 'name', cell: ({ metadata }) => metadata.name },
    ...between.filter(({ priority }) => (priority ?? 0) === 0),
    { name: 'Age', type: 'string', cell: ({ metadata }, now) => ageOf(metadata.creationTimestamp, now) },
    ...between.filter(({ priority }) => (priority ?? 0) > 0),
  ];
}
