import { IN_PROGRESS_LABEL, IN_PROGRESS_VALUE } from '../api/names.ts';
import type { Acceptance, RouteOperation, RouteReading, RouteWish, SplitServices } from './router.ts';

/** An HTTPRoute of gateway.networking.k8s.io/v1, as far as it is read here. */
export type HttpRoute = Readonly<{
  metadata: Readonly<{
    name: string;
    namespace?: string;
    generation?: number;
    resourceVersion?: string;
    labels?: Readonly<Record<string, string>>;
  }>;
  spec?: Readonly<{ parentRefs?: readonly ParentRef[]; rules?: readonly Rule[] }>;
  status?: Readonly<{ parents?: readonly ParentStatus[] }>;
}>;

type ParentRef = Readonly<{ group?: string; kind?: string; namespace?: string; name: string; sectionName?: string; port?: number }>;
type BackendRef = Readonly<{ group?: string; kind?: string; namespace?: string; name: string; weight?: number }>;
type Rule = Readonly<{ backendRefs?: readonly BackendRef[] }>;
type RouteCondition = Readonly<{ type: string; status: string; observedGeneration?: number; message?: string }>;
type ParentStatus = Readonly<{ parentRef: ParentRef; conditions?: readonly RouteCondition[] }>;

type Pair = Readonly<{ rule: number; canary: number; stable: number; canaryWeight: number; stableWeight: number }>;

/** The Gateway API counts a backend without weight as 1. */
const DEFAULT_WEIGHT = 1;

function isService(ref: BackendRef, name: string, namespace: string | undefined): boolean {
  return (
    ref.name === name &&
    (ref.kind ?? 'Service') === 'Service' &&
    (ref.group ?? '') === '' &&
    (ref.namespace === undefined || ref.namespace === namespace)
  );
}

/** The rules that name both Services, with the places of the two backends in them. */
function pairsOf(route: HttpRoute, services: SplitServices): readonly Pair[] {
  const { namespace } = route.metadata;
  return (route.spec?.rules ?? []).flatMap((rule, index) => {
    const refs = rule.backendRefs ?? [];
    const canary = refs.findIndex((ref) => isService(ref, services.canary, namespace));
    const stable = refs.findIndex((ref) => isService(ref, services.stable, namespace));
    if (canary < 0 || stable < 0) return [];
    const weight = (at: number): number => refs[at]?.weight ?? DEFAULT_WEIGHT;
    return [{ rule: index, canary, stable, canaryWeight: weight(canary), stableWeight: weight(stable) }];
  });
}

function shareOf({ canaryWeight, stableWeight }: Pair, total: number): number {
  const sum = canaryWeight + stableWeight;
  // Both weights 0 answers every request with an error: neither side serves, so no share is the canary's.
  return sum === 0 ? 0 : (total * canaryWeight) / sum;
}

/** Reads the split of an HTTPRoute between two Services, in weights that sum to `total`. */
export function readSplit(route: HttpRoute, services: SplitServices, total: number): RouteReading {
  const pairs = pairsOf(route, services);
  const shares = pairs.map((pair) => shareOf(pair, total));
  const inProgress = route.metadata.labels?.[IN_PROGRESS_LABEL] === IN_PROGRESS_VALUE;
  if (shares.length === 0) return { split: undefined, uniform: false, inProgress };
  const canary = Math.max(...shares);
  const served = pairs.every((pair) => pair.canaryWeight + pair.stableWeight > 0);
  const uniform = served && shares.every((share) => share === canary);
  return { split: { canary, stable: total - canary }, uniform, inProgress };
}

/**
 * The patch that brings an HTTPRoute to a split: the weights of our two backends in the rules that name both, the
 * label, and the resourceVersion that was seen, so that an author's change in between makes it fail (409). Nothing
 * else is touched. Empty when the route is as wished.
 */
export function renderSplit(route: HttpRoute, services: SplitServices, wish: RouteWish): readonly RouteOperation[] {
  const writes: RouteOperation[] = [];
  for (const pair of pairsOf(route, services)) {
    if (shareOf(pair, wish.canary + wish.stable) === wish.canary && pair.canaryWeight + pair.stableWeight > 0) continue;
    const path = `/spec/rules/${pair.rule}/backendRefs`;
    writes.push({ op: 'add', path: `${path}/${pair.canary}/weight`, value: wish.canary });
    writes.push({ op: 'add', path: `${path}/${pair.stable}/weight`, value: wish.stable });
  }
  const label = renderLabel(route, wish.inProgress);
  if (writes.length === 0 && label.length === 0) return [];
  const version = { op: 'replace', path: '/metadata/resourceVersion', value: route.metadata.resourceVersion } as const;
  return [version, ...writes, ...label];
}

/** The operations that make the label say whether an update is in progress; none when it does. */
export function renderLabel(route: HttpRoute, inProgress: boolean): readonly RouteOperation[] {
  const { labels } = route.metadata;
  if ((labels?.[IN_PROGRESS_LABEL] === IN_PROGRESS_VALUE) === inProgress) return [];
  const path = `/metadata/labels/${IN_PROGRESS_LABEL.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (!inProgress) return [{ op: 'remove', path }];
  if (labels === undefined) return [{ op: 'add', path: '/metadata/labels', value: { [IN_PROGRESS_LABEL]: IN_PROGRESS_VALUE } }];
  return [{ op: 'add', path, value: IN_PROGRESS_VALUE }];
}

function sameParent(a: ParentRef, b: ParentRef, namespace: string | undefined): boolean {
  return (
    a.name === b.name &&
    (a.namespace ?? namespace) === (b.namespace ?? namespace) &&
    (a.kind ?? 'Gateway') === (b.kind ?? 'Gateway') &&
    a.sectionName === b.sectionName &&
    a.port === b.port
  );
}

/**
 * Whether every parent of the route says Accepted and ResolvedRefs at the route's present generation. A parent that has
 * said nothing yet has not accepted it. Source: rulings 2, gateway-api HTTPRoute status.
 */
export function readAcceptance(route: HttpRoute): Acceptance {
  const { generation, namespace } = route.metadata;
  const refs = route.spec?.parentRefs ?? [];
  const parents = route.status?.parents ?? [];
  if (refs.length === 0) return { accepted: false, problem: 'the route has no parentRefs; attach it to a Gateway' };
  const silent = refs.find((ref) => !parents.some(({ parentRef }) => sameParent(parentRef, ref, namespace)));
  if (silent !== undefined) return { accepted: false, problem: `parent ${silent.name} has not reported on it yet` };
  for (const { parentRef, conditions = [] } of parents) {
    if (!refs.some((ref) => sameParent(ref, parentRef, namespace))) continue;
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const condition = conditions.find((candidate) => candidate.type === type);
      if (condition === undefined || condition.observedGeneration !== generation) {
        return { accepted: false, problem: `parent ${parentRef.name} has not seen generation ${generation} yet` };
      }
      if (condition.status !== 'True') {
        return { accepted: false, problem: `parent ${parentRef.name} says ${type} ${condition.status}: ${condition.message ?? ''}` };
      }
    }
  }
  return { accepted: true };
}
