import type { KubeObject } from '../../kube/resource.ts';
import { wholePattern } from '../promql/matcher.ts';

/** Where a share of requests goes. */
export type Backend = Readonly<{
  /** `namespace/name` of the Service. */
  service: string;
  weight: number;
  /** What Contour calls this Service's port: namespace_service_port; '' where no Envoy counts. */
  cluster: string;
}>;

/** A backend, with the name of its cluster. */
export function backend(service: string, port: number, weight: number): Backend {
  return { service, weight, cluster: `${service.replace('/', '_')}_${port}` };
}

/** A copy of each matching request, in a share of 0 to 1; what it answers is thrown away. */
export type Mirror = Readonly<{ backend: Backend; share: number }>;

/** One match of one rule of an HTTPRoute, as a proxy keeps it. */
export type Rule = Readonly<{
  /** `*` for all hosts, `*.example.com` for those below. */
  host: string;
  path: Readonly<{ kind: 'Exact' | 'Prefix' | 'Pattern'; value: string }>;
  method: string | undefined;
  headers: readonly Readonly<{ name: string; value: string; exact: boolean }>[];
  backends: readonly Backend[];
  mirrors: readonly Mirror[];
}>;

/** What decides where a request goes. */
export type Asked = Readonly<{
  host: string;
  path: string;
  method: string;
  /** By names in lower case. */
  headers: Readonly<Record<string, string>>;
}>;

type Reference = Readonly<{ name: string; namespace?: string; port?: number; weight?: number }>;
type HttpRoute = KubeObject &
  Readonly<{
    spec?: Readonly<{
      hostnames?: readonly string[];
      rules?: readonly Readonly<{
        matches?: readonly Readonly<{
          path?: Readonly<{ type?: string; value?: string }>;
          method?: string;
          headers?: readonly Readonly<{ type?: string; name: string; value: string }>[];
        }>[];
        filters?: readonly Readonly<{
          type: string;
          requestMirror?: Readonly<{
            backendRef: Reference;
            percent?: number;
            fraction?: Readonly<{ numerator: number; denominator?: number }>;
          }>;
        }>[];
        backendRefs?: readonly Reference[];
      }>[];
    }>;
    status?: Readonly<{
      parents?: readonly Readonly<{ conditions?: readonly Readonly<{ type: string; status: string }>[] }>[];
    }>;
  }>;

/** True when a Gateway has taken the route: proxies know nothing of one that is attached nowhere. */
export function isAttached(object: KubeObject): boolean {
  const { status } = object as HttpRoute;
  return (status?.parents ?? []).some(({ conditions = [] }) =>
    conditions.some((condition) => condition.type === 'Accepted' && condition.status === 'True'),
  );
}

/** The rules of an HTTPRoute, one for each match; a backend without a weight has 1. */
export function rulesOf(object: KubeObject): readonly Rule[] {
  const { metadata, spec } = object as HttpRoute;
  const backendOf = ({ name, namespace = metadata.namespace ?? '', port = 80, weight = 1 }: Reference): Backend =>
    backend(`${namespace}/${name}`, port, weight);
  return (spec?.hostnames ?? ['*']).flatMap((host) =>
    (spec?.rules ?? []).flatMap(({ matches = [{}], filters = [], backendRefs = [] }) => {
      const backends = backendRefs.map(backendOf);
      const mirrors = filters.flatMap(({ requestMirror }) => {
        if (requestMirror === undefined) return [];
        const { backendRef, percent = 100, fraction } = requestMirror;
        const share = fraction === undefined ? percent / 100 : fraction.numerator / (fraction.denominator ?? 100);
        return [{ backend: backendOf(backendRef), share }];
      });
      return matches.map(({ path, method, headers = [] }): Rule => ({
        host,
        path: { kind: pathKindOf(path?.type), value: path?.value ?? '/' },
        method,
        headers: headers.map(({ type, name, value }) => ({
          name: name.toLowerCase(),
          value,
          exact: type !== 'RegularExpression',
        })),
        backends,
        mirrors,
      }));
    }),
  );
}

function pathKindOf(type: string | undefined): Rule['path']['kind'] {
  return type === 'Exact' ? 'Exact' : type === 'RegularExpression' ? 'Pattern' : 'Prefix';
}

/**
 * The rule that a request falls under: the most precise host, then an exact path, the longest prefix, a method, the most
 * headers, and at last the first in order. Source: the precedence of matches in the Gateway API's HTTPRouteRule.
 */
export function ruleFor(rules: readonly Rule[], asked: Asked): Rule | undefined {
  let best: Rule | undefined;
  for (const rule of rules) if (fits(rule, asked) && (best === undefined || precedes(rule, best))) best = rule;
  return best;
}

function precedes(a: Rule, b: Rule): boolean {
  const [left, right] = [rankOf(a), rankOf(b)];
  for (const [index, rank] of left.entries()) {
    const other = right[index] ?? 0;
    if (rank !== other) return rank > other;
  }
  return false;
}

function rankOf({ host, path, method, headers }: Rule): readonly number[] {
  return [
    host.startsWith('*') ? 0 : 1,
    host.length,
    path.kind === 'Exact' ? 1 : 0,
    path.value.length,
    method === undefined ? 0 : 1,
    headers.length,
  ];
}

function fits({ host, path, method, headers }: Rule, asked: Asked): boolean {
  const below = host.startsWith('*.') && asked.host.endsWith(host.slice(1));
  if (host !== '*' && host !== asked.host && !below) return false;
  if (method !== undefined && method !== asked.method) return false;
  if (!pathFits(path, asked.path)) return false;
  return headers.every(({ name, value, exact }) => {
    const own = asked.headers[name];
    return own !== undefined && (exact ? own === value : wholePattern(value).matcher(own).find());
  });
}

/** A prefix counts by whole path elements: /shop matches /shop and /shop/cart, not /shopping. */
function pathFits({ kind, value }: Rule['path'], path: string): boolean {
  if (kind === 'Exact') return path === value;
  if (kind === 'Pattern') return wholePattern(value).matcher(path).find();
  const prefix = value.endsWith('/') ? value.slice(0, -1) : value;
  return path === prefix || path.startsWith(`${prefix}/`);
}
