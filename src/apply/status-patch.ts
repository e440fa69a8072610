import { sameJson } from '../units/canonical-json.ts';

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The merge patch (RFC 7396) that turns one status into another: only what differs, null for what is gone. Lists are
 * replaced whole. Undefined when both are the same.
 */
export function mergePatchBetween(before: unknown, after: unknown): Fields | undefined {
  const old: Fields = isFields(before) ? before : {};
  const next: Fields = isFields(after) ? after : {};
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    const from = old[key];
    const to = next[key];
    if (to === undefined) {
      if (from !== undefined) patch[key] = null;
    } else if (isFields(from) && isFields(to)) {
      const inner = mergePatchBetween(from, to);
      if (inner !== undefined) patch[key] = inner;
    } else if (!sameJson(from, to)) {
      patch[key] = to;
    }
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}
