import { IN_PROGRESS_LABEL, IN_PROGRESS_VALUE } from '../api/names.ts';
import type { BackendPair } from './pairs.ts';
import { pairsOf, shareOf } from './pairs.ts';
import { carries, renderBackends, sumOf, weighted } from './weighted-backends.ts';
import { canaryIn, digestOf, isManagedRule, renderManagedRules, sameRule } from './managed-rules.ts';
import type { GatewayRoute, RouteRule } from './route-shape.ts';
import type { ProgressLabel, RouteOperation, RouteReading, RouteWish, SplitWriter, Weights } from './router.ts';
import { noteOf, readSplitOwners, renderNotesWithout, renderSplitOwner } from './split-owners.ts';

/** The label that routes get unless the spec says otherwise. */
export const DEFAULT_LABEL = { key: IN_PROGRESS_LABEL, value: IN_PROGRESS_VALUE } as const;

/** What a writer's routing says beside its Services: the names of its managed routes, the label, and what weights sum to. */
export type RouteTerms = Readonly<{ declared: readonly string[]; label: ProgressLabel; total: number }>;

/** Nothing declared, and the label as it is by default. */
export const PLAIN_TERMS: RouteTerms = { declared: [], label: DEFAULT_LABEL, total: 100 };

type Placed = Readonly<{ rule: RouteRule; at: number }>;

/** The rules of a route, told apart: those made for managed routes, and the author's. */
function tellApart(
  route: GatewayRoute,
  writer: SplitWriter,
  declared: readonly string[],
): Readonly<{ ours: readonly Placed[]; authored: readonly Placed[] }> {
  const { managed = [], digests = [] } = noteOf(route, writer) ?? {};
  const canary = canaryIn(writer, route.metadata.namespace);
  const rules = (route.spec?.rules ?? []).map((rule, at) => ({ rule, at }));
  const ours = rules.filter(({ rule }) => isManagedRule(rule, { managed, digests }, declared, canary));
  return { ours, authored: rules.filter((one) => !ours.includes(one)) };
}

const rulesIn = (placed: readonly Placed[]): readonly RouteRule[] => placed.map(({ rule }) => rule);

/** Reads what stands in a route between the Services of a Rollout. */
export function readRoute(route: GatewayRoute, writer: SplitWriter, terms: RouteTerms): RouteReading {
  const { ours, authored } = tellApart(route, writer, terms.declared);
  const rules = rulesIn(authored);
  const note = noteOf(route, writer);
  const pairs = pairsOf(rules, writer, route.metadata.namespace, note?.additional);
  const most = pairs.toSorted((a, b) => shareOf(b, terms.total) - shareOf(a, terms.total))[0];
  const split = most === undefined ? undefined : splitOf(most, terms.total);
  const managed = note?.managed ?? [];
  return {
    split: split === undefined ? undefined : { canary: split.canary, stable: split.stable },
    ...(split?.additional === undefined ? {} : { additional: split.additional }),
    uniform: split !== undefined && pairs.every((pair) => carries(pair, split)),
    inProgress: isLabelled(route, terms.label),
    noted: note?.canary === writer.canary && note.stable === writer.stable,
    shared: readSplitOwners(route).some((one) => one.rollout !== writer.rollout),
    managed,
    intact: areInPlace(ours, renderManagedRules(rules, writer, route.metadata.namespace, managed)),
    authored: rules.flatMap(({ name }) => name ?? []),
  };
}

/** What one rule gives to whom, in weights that sum to `total`. */
function splitOf(pair: BackendPair, total: number): Weights {
  const canary = shareOf(pair, total);
  const additional = pair.additional.map(({ service, weight }) => ({
    service,
    weight: (total * weight) / sumOf(pair),
  }));
  const theirs = additional.reduce((sum, { weight }) => sum + weight, 0);
  return { canary, stable: total - canary - theirs, ...(additional.length === 0 ? {} : { additional }) };
}

/** True when the rules of ours are those that are wanted, first of all in the route and in this order. */
function areInPlace(ours: readonly Placed[], wanted: readonly RouteRule[]): boolean {
  return (
    ours.length === wanted.length &&
    ours.every(({ rule, at }, index) => {
      const same = wanted[index];
      return at === index && same !== undefined && sameRule(rule, same);
    })
  );
}

/**
 * The patch that brings a route to a wish: the weights of our two backends in the author's rules that name both, the
 * rules of managed routes before them, the label, the note of who wrote, and the resourceVersion that was seen, so that
 * an author's change in between makes it fail (409). Nothing else is touched. Empty when the route is as wished.
 */
export function renderRoute(
  route: GatewayRoute,
  writer: SplitWriter,
  wish: RouteWish,
  terms: RouteTerms,
): readonly RouteOperation[] {
  const { ours, authored } = tellApart(route, writer, terms.declared);
  const weights = renderWeights(route, authored, writer, wish.split);
  const rules = withWeights(rulesIn(authored), route, writer, wish.split);
  const wanted = renderManagedRules(rules, writer, route.metadata.namespace, wish.managed);
  const shared = readSplitOwners(route).some((one) => one.rollout !== writer.rollout);
  const labelled = terms.label === undefined ? isLabelled(route, terms.label) : wish.inProgress || shared;
  return guarded(route, [
    ...weights,
    ...(areInPlace(ours, wanted) ? [] : [...renderRemovals(ours), ...renderInsertions(wanted)]),
    ...renderLabel(route, labelled, terms.label),
    ...renderNote(route, writer, wish, wanted),
  ]);
}

function renderNote(
  route: GatewayRoute,
  writer: SplitWriter,
  { inProgress, managed, split }: RouteWish,
  wanted: readonly RouteRule[],
): readonly RouteOperation[] {
  const { group, rollout, uid, canary, stable } = writer;
  if (!inProgress) return renderNotesWithout(route, [writer]);
  const additional = (split.additional ?? []).map(({ service }) => service);
  const digests = wanted.map(digestOf);
  return renderSplitOwner(route, { group, rollout, uid, canary, stable, managed, digests, additional });
}

/** The operations, guarded by the version that was seen; none when there is nothing to do. */
function guarded(route: GatewayRoute, operations: readonly RouteOperation[]): readonly RouteOperation[] {
  if (operations.length === 0) return [];
  return [{ op: 'replace', path: '/metadata/resourceVersion', value: route.metadata.resourceVersion }, ...operations];
}

function renderWeights(
  route: GatewayRoute,
  authored: readonly Placed[],
  writer: SplitWriter,
  split: Weights,
): readonly RouteOperation[] {
  const pairs = pairsOf(rulesIn(authored), writer, route.metadata.namespace, trialsIn(route, writer, split));
  return pairs.flatMap((pair): readonly RouteOperation[] => {
    if (carries(pair, split)) return [];
    const { rule, at } = authored[pair.rule] ?? { rule: {}, at: 0 };
    return renderBackends(rule.backendRefs ?? [], pair, split, `/spec/rules/${at}/backendRefs`);
  });
}

/** The Services of experiments that stand in a route by our note, and those that are to stand there. */
function trialsIn(route: GatewayRoute, writer: SplitWriter, { additional = [] }: Weights): readonly string[] {
  return [...(noteOf(route, writer)?.additional ?? []), ...additional.map(({ service }) => service)];
}

/** The author's rules as they are once the weights are written. */
function withWeights(
  rules: readonly RouteRule[],
  route: GatewayRoute,
  writer: SplitWriter,
  split: Weights,
): readonly RouteRule[] {
  const pairs = pairsOf(rules, writer, route.metadata.namespace, trialsIn(route, writer, split));
  return rules.map((rule, index) => {
    const pair = pairs.find((one) => one.rule === index);
    if (pair === undefined || carries(pair, split)) return rule;
    return { ...rule, backendRefs: weighted(rule.backendRefs ?? [], pair, split) };
  });
}

/** From the last to the first, for each removal moves those behind it. */
function renderRemovals(ours: readonly Placed[]): readonly RouteOperation[] {
  return ours.toReversed().map(({ at }) => ({ op: 'remove', path: `/spec/rules/${at}` }));
}

function renderInsertions(wanted: readonly RouteRule[]): readonly RouteOperation[] {
  return wanted.toReversed().map((value) => ({ op: 'add', path: '/spec/rules/0', value }));
}

function isLabelled({ metadata }: GatewayRoute, label: ProgressLabel): boolean {
  return label !== undefined && metadata.labels?.[label.key] === label.value;
}

/** The operations that make the label say whether an update is in progress; none when it does, or none is wanted. */
function renderLabel(route: GatewayRoute, inProgress: boolean, label: ProgressLabel): readonly RouteOperation[] {
  if (label === undefined || isLabelled(route, label) === inProgress) return [];
  const { labels } = route.metadata;
  const path = `/metadata/labels/${label.key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (!inProgress) return [{ op: 'remove', path }];
  if (labels === undefined) return [{ op: 'add', path: '/metadata/labels', value: { [label.key]: label.value } }];
  return [{ op: 'add', path, value: label.value }];
}

/**
 * The patch that takes Rollouts that are gone out of a route: their stable Service gets all that the pair had, their
 * managed routes and the label of an update under way go, and our note of them. Guarded by the version seen; nothing
 * else of the route is touched.
 */
export function renderWithoutOwners(route: GatewayRoute, gone: readonly SplitWriter[]): readonly RouteOperation[] {
  const left = readSplitOwners(route).filter((one) => !gone.some(({ uid }) => uid === one.uid));
  const parts = gone.map((writer) => tellApart(route, writer, []));
  const ours = parts.flatMap((part) => part.ours).toSorted((a, b) => a.at - b.at);
  const rest = (authored: readonly Placed[]): readonly Placed[] =>
    authored.filter(({ at }) => !ours.some((one) => one.at === at));
  const weights = gone.flatMap((writer, index) =>
    renderWeights(route, rest(parts[index]?.authored ?? []), writer, { canary: 0, stable: 100 }),
  );
  return guarded(route, [
    ...weights,
    ...renderRemovals(ours),
    // The update of another owner keeps the label.
    ...(left.length > 0 ? [] : renderLabel(route, false, DEFAULT_LABEL)),
    ...renderNotesWithout(route, gone),
  ]);
}
