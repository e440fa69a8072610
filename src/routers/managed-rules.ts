import type { HeaderMatch, ManagedRoute, RequestMatch, TextMatch } from '../api/managed-routes.ts';
import { canonicalJson } from '../units/canonical-json.ts';
import { fnv1a32 } from '../units/fnv.ts';

import { isService, pairsOf } from './pairs.ts';
import type { BackendRef, HeaderEntry, RouteRule, RuleFilter, RuleMatch } from './route-shape.ts';
import type { SplitWriter } from './router.ts';

/** Rule names are subdomain names (SectionName of the Gateway API); names of managed routes may be anything. */
const RULE_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The path that the Gateway API gives a match that names none. */
const ANY_PATH = { type: 'PathPrefix', value: '/' } as const;

/**
 * The rules that managed routes ask for, in their order: for each rule of the author that names both Services one rule
 * that takes the same requests, narrowed by the managed route's match, and does the same with them (filters, time-outs).
 * A header route sends them to the canary alone; a mirror route shares them as the author's rule does, and copies them.
 * A match that no request can fulfil is left out, and so is a rule without matches.
 */
export function renderManagedRules(
  authored: readonly RouteRule[],
  writer: SplitWriter,
  namespace: string | undefined,
  managed: readonly ManagedRoute[],
): readonly RouteRule[] {
  const pairs = pairsOf(authored, writer, namespace);
  return managed.flatMap((route) =>
    pairs.flatMap((pair, index) => {
      const rule = authored[pair.rule];
      const canary = rule?.backendRefs?.[pair.canary];
      if (rule === undefined || canary === undefined) return [];
      const matches = (rule.matches ?? [{}]).flatMap((match) => narrow(match, route));
      if (matches.length === 0) return [];
      const made = route.kind === 'Header' ? toCanary(rule, canary) : copied(rule, canary, route.percentage);
      return [{ ...made, name: ruleName(route.name, index), matches }];
    }),
  );
}

/** The name of the rule that stands for a managed route beside the author's rule of that number, from 0. */
function ruleName(name: string, index: number): string {
  const plain = RULE_NAME.test(name) && name.length <= 240;
  const cleaned = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const slug = plain ? name : `route-${cleaned.slice(0, 200)}-${fnv1a32(name)}`.replaceAll(/-+/g, '-');
  return index === 0 ? slug : `${slug}.${index}`;
}

function toCanary(rule: RouteRule, canary: BackendRef): RouteRule {
  return { ...rule, backendRefs: [{ ...canary, weight: 1 }] };
}

function copied(rule: RouteRule, canary: BackendRef, percent: number): RouteRule {
  const { group, kind, namespace, name, port } = canary;
  const backendRef = dropAbsent({ group, kind, namespace, name, port });
  const mirror: RuleFilter = { type: 'RequestMirror', requestMirror: { backendRef, percent } };
  return { ...rule, filters: [...(rule.filters ?? []), mirror] };
}

function dropAbsent<T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

/** The author's match, narrowed by a managed route: one match for each of the route's, as far as both can be fulfilled. */
function narrow(match: RuleMatch, route: ManagedRoute): readonly RuleMatch[] {
  const wanted: readonly RequestMatch[] = route.kind === 'Header' ? [{ headers: route.headers }] : route.matches;
  return wanted.flatMap((each) => {
    const headers = withHeaders(match.headers ?? [], each.headers);
    const path = each.path === undefined ? match.path : withPath(match.path ?? ANY_PATH, each.path);
    const method = each.method === undefined ? match.method : withMethod(match.method, each.method);
    if (headers === undefined || path === 'Never' || method === 'Never') return [];
    return [
      {
        ...match,
        ...(path === undefined ? {} : { path }),
        ...(headers.length === 0 ? {} : { headers }),
        ...(method === undefined ? {} : { method }),
      },
    ];
  });
}

/** Undefined where the author asks for another value of the same header: the API allows each name once. */
function withHeaders(
  authored: readonly HeaderEntry[],
  wanted: readonly HeaderMatch[],
): readonly HeaderEntry[] | undefined {
  const all = [...authored];
  for (const { name, value } of wanted) {
    const entry: HeaderEntry = { ...headerValue(value), name };
    const same = all.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (same === undefined) all.push(entry);
    else if ((same.type ?? 'Exact') !== entry.type || same.value !== entry.value) return undefined;
  }
  return all;
}

/** Data planes differ in whether an expression must match the whole value, so a prefix is anchored and open at its end. */
function headerValue({ kind, value }: TextMatch): Readonly<{ type: string; value: string }> {
  if (kind === 'Exact') return { type: 'Exact', value };
  return { type: 'RegularExpression', value: kind === 'Regex' ? value : `^${escapePattern(value)}.*` };
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

type Path = NonNullable<RuleMatch['path']>;

/** The path that both ask for: the narrower of the two where one lies within the other, else none. */
function withPath(authored: Path, wanted: TextMatch): Path | 'Never' {
  const { type = ANY_PATH.type, value = ANY_PATH.value } = authored;
  const open = type === 'PathPrefix' && value === '/';
  if (wanted.kind === 'Regex') return open ? { type: 'RegularExpression', value: wanted.value } : 'Never';
  const narrowed: Path = { type: wanted.kind === 'Exact' ? 'Exact' : 'PathPrefix', value: wanted.value };
  if (open || (type === 'PathPrefix' && isWithin(wanted.value, value))) return narrowed;
  if (wanted.kind === 'Exact') return type === 'Exact' && value === wanted.value ? authored : 'Never';
  return type !== 'RegularExpression' && isWithin(value, wanted.value) ? authored : 'Never';
}

/** Prefixes count by whole elements: /shop holds /shop and /shop/cart, not /shopping. */
function isWithin(path: string, prefix: string): boolean {
  const start = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === start || path.startsWith(`${start}/`);
}

/** HTTP methods are matched whole; those of a GRPCRoute are no HTTP methods. */
function withMethod(authored: unknown, wanted: TextMatch): unknown {
  if (wanted.kind !== 'Exact') return 'Never';
  return authored === undefined || authored === wanted.value ? wanted.value : 'Never';
}

/** A short hash of what a rule does, apart from its name: servers whose rules have none drop it. */
export function digestOf({ name: _name, ...rule }: RouteRule): string {
  return fnv1a32(canonicalJson(rule)).toString(36);
}

/** What is remembered of the rules that were made for managed routes. */
export type ManagedNote = Readonly<{ managed: readonly ManagedRoute[]; digests: readonly string[] }>;

/**
 * True for a rule that was made for a managed route: it does what was noted when it was written, or has a name that we
 * gave; or has a name that the spec declares as ours and sends or copies requests to nobody but the canary.
 */
export function isManagedRule(
  rule: RouteRule,
  { managed, digests }: ManagedNote,
  declared: readonly string[],
  canary: (ref: BackendRef) => boolean,
): boolean {
  if (digests.includes(digestOf(rule))) return true;
  const { name } = rule;
  if (name === undefined) return false;
  const named = (names: readonly string[]): boolean => names.some((one) => isRuleOf(name, one));
  if (named(managed.map((route) => route.name))) return true;
  return named(declared) && servesCanaryAlone(rule, canary);
}

function isRuleOf(name: string, managed: string): boolean {
  const first = ruleName(managed, 0);
  return name === first || (name.startsWith(`${first}.`) && /^\d+$/.test(name.slice(first.length + 1)));
}

/** True when a rule that is not ours has a name that a managed route's rule would get. */
export function takesRuleName(rule: string, managed: string): boolean {
  return isRuleOf(rule, managed);
}

function servesCanaryAlone(
  { backendRefs = [], filters = [] }: RouteRule,
  canary: (ref: BackendRef) => boolean,
): boolean {
  const copies = filters.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []);
  return copies.some(canary) || (backendRefs.length > 0 && backendRefs.every(canary));
}

/** True when a rule does what another one does, and has its name if it has one. */
export function sameRule(a: RouteRule, b: RouteRule): boolean {
  const named = a.name === undefined || b.name === undefined || a.name === b.name;
  return named && digestOf(a) === digestOf(b);
}

/** The backend that is the canary's, for `isManagedRule`. */
export function canaryIn(writer: SplitWriter, namespace: string | undefined): (ref: BackendRef) => boolean {
  return (ref) => isService(ref, writer.canary, writer, namespace);
}
