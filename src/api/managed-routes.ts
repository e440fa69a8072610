import type { CanaryStep } from './canary.ts';

/** How a value is matched: whole, by how it begins, or by a regular expression for the whole of it. */
export type TextMatch = Readonly<{ kind: 'Exact' | 'Prefix' | 'Regex'; value: string }>;

/** A header and what its value must be. */
export type HeaderMatch = Readonly<{ name: string; value: TextMatch }>;

/** Requests that a mirror copies: all that is given must match. */
export type RequestMatch = Readonly<{
  method?: TextMatch;
  path?: TextMatch;
  headers: readonly HeaderMatch[];
}>;

/** A route that a step asks for, by the name under which it stands in managedRoutes. */
export type ManagedRoute =
  /** Requests with all of these headers go to the canary. */
  | Readonly<{ kind: 'Header'; name: string; headers: readonly HeaderMatch[] }>
  /** Requests of any of these matches are copied to the canary, in a share of 0 to 100 percent. */
  | Readonly<{ kind: 'Mirror'; name: string; matches: readonly RequestMatch[]; percentage: number }>;

/** What a step does with one managed route: it sets it, or, without `route`, takes it away. */
export type RouteChange = Readonly<{
  field: 'setHeaderRoute' | 'setMirrorRoute';
  name: string;
  route: ManagedRoute | undefined;
}>;

type WrittenMatch = Readonly<{ exact?: string; prefix?: string; regex?: string }>;

function textMatch({ exact, prefix, regex }: WrittenMatch): TextMatch {
  if (exact !== undefined) return { kind: 'Exact', value: exact };
  return prefix === undefined ? { kind: 'Regex', value: regex ?? '' } : { kind: 'Prefix', value: prefix };
}

/** The changes of managed routes that a step asks for; without `match` a route is taken away (rollout-semantics 1.3). */
export function routeChangesOf({ setHeaderRoute, setMirrorRoute }: CanaryStep): readonly RouteChange[] {
  const changes: RouteChange[] = [];
  if (setHeaderRoute !== undefined) {
    const { name = '', match = [] } = setHeaderRoute;
    const headers = match.map(({ headerName, headerValue }) => ({ name: headerName, value: textMatch(headerValue) }));
    const route: ManagedRoute = { kind: 'Header', name, headers };
    changes.push({ field: 'setHeaderRoute', name, route: headers.length === 0 ? undefined : route });
  }
  if (setMirrorRoute !== undefined) {
    const { name = '', match = [], percentage = 100 } = setMirrorRoute;
    const matches = match.map(({ method, path, headers }): RequestMatch => ({
      ...(method === undefined ? {} : { method: textMatch(method) }),
      ...(path === undefined ? {} : { path: textMatch(path) }),
      headers: Object.entries(headers ?? {}).map(([header, value]) => ({ name: header, value: textMatch(value) })),
    }));
    const route: ManagedRoute = { kind: 'Mirror', name, matches, percentage };
    changes.push({ field: 'setMirrorRoute', name, route: matches.length === 0 ? undefined : route });
  }
  return changes;
}
