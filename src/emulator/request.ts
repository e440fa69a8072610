import type { KindTable } from './kind-table.ts';
import type { Kind } from './kind.ts';

/** A request as it comes in: HTTP without the wire. */
export type EmulatorRequest = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path with its query, as in a URL. */
  path: string;
  /** The parsed body; undefined when there was none. */
  body?: unknown;
  /** The media type of the body. Default application/json. */
  contentType?: string;
  /** The Accept header, which asks for tables or another form of discovery. */
  accept?: string;
  /** Names the field manager up to its first `/`. */
  userAgent?: string;
}>;

/** The answer: a status code, JSON or text, and warnings for the user. */
export type EmulatorResponse = Readonly<{
  status: number;
  body: unknown;
  contentType?: string;
  warnings?: readonly string[];
}>;

/** What a path under /api or /apis names. */
export type Route = Readonly<{
  kind: Kind;
  namespace?: string;
  name?: string;
  subresource?: string;
}>;

/** The query of a request: the first value of each key. */
export type Query = Readonly<Record<string, string>>;

/** Path segments and query of a request's path. */
export function splitPath(path: string): Readonly<{ segments: readonly string[]; query: Query }> {
  const mark = path.indexOf('?');
  const plain = mark === -1 ? path : path.slice(0, mark);
  const segments = plain.split('/').filter((one) => one !== '');
  if (mark === -1) return { segments: segments.map(decodeURIComponent), query: {} };
  const query: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(path.slice(mark + 1))) query[key] ??= value;
  return { segments: segments.map(decodeURIComponent), query };
}

const NAMESPACE_PARTS = ['status', 'finalize'];

/** The resource that path segments name; undefined when nothing is served there. */
export function routeOf(segments: readonly string[], kinds: KindTable): Route | undefined {
  const core = segments[0] === 'api';
  if (!core && segments[0] !== 'apis') return undefined;
  const [group, version, ...rest] = core ? ['', ...segments.slice(1)] : segments.slice(1);
  if (group === undefined || version === undefined) return undefined;
  const named = (
    plural: string | undefined,
    more: readonly (string | undefined)[],
    namespace?: string,
  ): Route | undefined => {
    const kind = plural === undefined ? undefined : kinds.get(group, version, plural);
    const [name, subresource, extra] = more;
    if (kind === undefined || extra !== undefined) return undefined;
    return {
      kind,
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(subresource === undefined ? {} : { subresource }),
    };
  };
  const [first, namespace, plural] = rest;
  const ofNamespace = plural === undefined || (NAMESPACE_PARTS.includes(plural) && rest.length === 3);
  if (first !== 'namespaces' || (core && ofNamespace)) return named(first, rest.slice(1));
  const route = named(plural, rest.slice(3), namespace);
  return route?.kind.resource.namespaced === true ? route : undefined;
}
