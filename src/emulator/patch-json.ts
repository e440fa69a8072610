import type { Refusal } from './refusal.ts';
import { badRequest, isRefusal, refuse } from './refusal.ts';
import type { JsonMap } from './schema.ts';
import { isMap, sameValue } from './schema.ts';

const MOST_OPERATIONS = 10_000;

/**
 * Applies a JSON Patch (RFC 6902); the document is copied only along the paths that change. An operation that cannot be
 * carried out is a 422 that says nothing more, as the real server's.
 */
export function patchJson(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    const kind = isMap(patch) ? 'object' : typeof patch;
    return badRequest(
      `error decoding patch: json: cannot unmarshal ${kind} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (patch.length > MOST_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`;
    return refuse(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
  }
  let result = document;
  for (const operation of patch as readonly unknown[]) {
    result = isMap(operation) ? applied(result, operation) : cannot();
    if (isRefusal(result)) return result;
  }
  return result;
}

function cannot(): Refusal {
  return refuse(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

function applied(document: unknown, operation: JsonMap): unknown {
  const { op, path, from, value } = operation;
  const at = pointer(path);
  if (at === undefined) return cannot();
  switch (op) {
    case 'add':
      return 'value' in operation ? edited(document, at, (place, key) => add(place, key, value), value) : cannot();
    case 'replace':
      return 'value' in operation ? edited(document, at, (place, key) => replace(place, key, value), value) : cannot();
    case 'remove':
      return edited(document, at, remove, undefined);
    case 'test': {
      const found = lookUp(document, at);
      const there = found === undefined ? null : found.value;
      return sameValue(there, value ?? null) ? document : cannot();
    }
    case 'copy':
    case 'move':
      return transferred(document, op, pointer(from), at);
    default:
      return cannot();
  }
}

function transferred(
  document: unknown,
  op: 'copy' | 'move',
  from: readonly string[] | undefined,
  at: readonly string[],
): unknown {
  const found = from === undefined ? undefined : lookUp(document, from);
  if (from === undefined || found === undefined) return cannot();
  const rest = op === 'move' ? edited(document, from, remove, undefined) : document;
  return isRefusal(rest) ? rest : edited(rest, at, (place, key) => add(place, key, found.value), found.value);
}

/** The keys of a JSON Pointer (RFC 6901); undefined when it is none. */
function pointer(path: unknown): readonly string[] | undefined {
  if (path === '') return [];
  if (typeof path !== 'string' || !path.startsWith('/')) return undefined;
  return path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function indexOf(list: readonly unknown[], key: string, last: number): number | undefined {
  if (!/^-?(0|[1-9]\d*)$/.test(key)) return undefined;
  const number = Number(key);
  const index = number < 0 ? number + list.length : number;
  return index >= 0 && index <= last ? index : undefined;
}

function lookUp(document: unknown, path: readonly string[]): Readonly<{ value: unknown }> | undefined {
  let at = document;
  for (const key of path) {
    if (Array.isArray(at)) {
      const index = indexOf(at, key, at.length - 1);
      if (index === undefined) return undefined;
      at = at[index];
    } else if (isMap(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return { value: at };
}

type Edit = (place: JsonMap | readonly unknown[], key: string) => unknown;

function edited(document: unknown, path: readonly string[], edit: Edit, whole: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return whole === undefined ? cannot() : whole;
  if (!isMap(document) && !Array.isArray(document)) return cannot();
  if (rest.length === 0) return edit(document, key);
  if (Array.isArray(document)) {
    const index = indexOf(document, key, document.length - 1);
    if (index === undefined) return cannot();
    const changed = edited(document[index], rest, edit, whole);
    return isRefusal(changed) ? changed : document.with(index, changed);
  }
  const map: JsonMap = document;
  if (!Object.hasOwn(map, key)) return cannot();
  const changed = edited(map[key], rest, edit, whole);
  return isRefusal(changed) ? changed : { ...map, [key]: changed };
}

function add(place: JsonMap | readonly unknown[], key: string, value: unknown): unknown {
  if (!Array.isArray(place)) return { ...(place as JsonMap), [key]: value };
  const index = key === '-' ? place.length : indexOf(place, key, place.length);
  return index === undefined ? cannot() : place.toSpliced(index, 0, value);
}

function replace(place: JsonMap | readonly unknown[], key: string, value: unknown): unknown {
  // The server's library replaces a member that is not there without a word; it does not remove one.
  if (!Array.isArray(place)) return { ...(place as JsonMap), [key]: value };
  const index = indexOf(place, key, place.length - 1);
  return index === undefined ? cannot() : place.with(index, value);
}

function remove(place: JsonMap | readonly unknown[], key: string): unknown {
  if (!Array.isArray(place)) {
    if (!Object.hasOwn(place, key)) return cannot();
    const { [key]: _gone, ...rest } = place as JsonMap;
    return rest;
  }
  const index = indexOf(place, key, place.length - 1);
  return index === undefined ? cannot() : place.toSpliced(index, 1);
}
