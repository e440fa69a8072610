import { InvalidArgumentError } from 'commander';
import type { Milliseconds } from '../../units/duration.ts';
import { parseGoDuration } from '../../units/duration.ts';

/** The name in `web`, `rollout/web` or `rollouts.sluice.dev/web`. */
export function nameOf(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

/** Reads a duration of a flag, such as 30s or 5m; not negative. */
export function durationOf(text: string): Milliseconds {
  const length = parseGoDuration(text);
  if (length === undefined || length < 0) throw new InvalidArgumentError('It must be a duration such as 30s or 5m.');
  return length;
}

/** Reads the number of a revision, from 1 on. */
export function revisionNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be the number of a revision, from 1 on.');
  return Number(text);
}
