import { HASH_LABEL } from '../../api/names.ts';
import type { BackendReference, ReplicaSet, Service } from '../../emulator/steps/shapes.ts';
import type { Pod } from '../../emulator/steps/pod-shape.ts';
import { isReady } from '../../emulator/steps/pod-facts.ts';
import type { WorldState } from './checker.ts';

/** The hash of a ReplicaSet's revision. */
export function hashOf(replicaSet: ReplicaSet): string {
  return replicaSet.metadata.labels?.[HASH_LABEL] ?? '';
}

/** The revision that a Service selects; undefined: pods of any. */
export function selectedBy(service: Service | undefined): string | undefined {
  return service?.spec?.selector?.[HASH_LABEL];
}

/** Pods of a revision that are ready and stay. */
export function readyPods({ pods }: WorldState, hash: string | undefined): readonly Pod[] {
  return pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined &&
      isReady(pod) &&
      (hash === undefined || pod.metadata.labels?.[HASH_LABEL] === hash),
  );
}

type Backend = Readonly<{ name: string; weight: number; hash: string | undefined }>;

/** The backends of the author's rules: Service name, share in percent, and the revision behind it (undefined: any). */
export function backendsOf(state: WorldState): readonly Backend[] {
  const backends = rawBackends(state);
  const sum = backends.reduce((total, { weight = 1 }) => total + weight, 0);
  return withHashes(
    state,
    backends.map((backend) => ({ ...backend, weight: sum === 0 ? 0 : (100 * (backend.weight ?? 1)) / sum })),
  );
}

/** The same with their weights as they are stored. */
export function rawBackends({ route }: WorldState): readonly BackendReference[] {
  const rules = (route?.spec?.rules ?? []).filter((rule) => !isManaged(rule));
  return rules.flatMap(({ backendRefs = [] }) => backendRefs);
}

/** True where fewer pods than the share asks for are declared to be enough: a threshold, or sizes apart from the weight. */
export function hasDeclaredSizes({ rollout }: WorldState): boolean {
  const { canary } = rollout?.spec.strategy ?? {};
  const steps = canary?.steps ?? [];
  return canary?.replicaProgressThreshold !== undefined || steps.some((step) => step.setCanaryScale !== undefined);
}

/** The backends of the rules of managed routes, those of copies included. */
export function managedBackendsOf(state: WorldState): readonly Backend[] {
  const rules = (state.route?.spec?.rules ?? []).filter(isManaged);
  const backends = rules.flatMap(({ backendRefs = [], filters = [] }) => [
    ...backendRefs,
    ...filters.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []),
  ]);
  return withHashes(state, backends);
}

/** The rules of a world's author have no names. */
function isManaged({ name }: Readonly<{ name?: string }>): boolean {
  return name !== undefined;
}

function withHashes(state: WorldState, backends: readonly BackendReference[]): readonly Backend[] {
  return backends.map(({ name, weight = 1 }) => ({
    name,
    weight,
    hash: selectedBy(state.services.find(({ metadata }) => metadata.name === name)),
  }));
}

/** The Service of the route that is the canary's now. */
export function isCanaryService({ rollout }: WorldState, service: string): boolean {
  const { pingPong } = rollout?.spec.strategy?.canary ?? {};
  if (pingPong === undefined) return service.endsWith('-canary');
  return service === (rollout?.status?.canary?.stablePingPong === 'pong' ? pingPong.pingService : pingPong.pongService);
}

/** The percentage of the canary backend by the stored route; 0 when there is only one backend. */
export function canaryShare(state: WorldState): number {
  const backends = backendsOf(state);
  if (backends.length < 2) return 0;
  return backends.filter(({ name }) => isCanaryService(state, name)).reduce((total, { weight }) => total + weight, 0);
}

/** Pods that a share in percent needs of `n`: the ceiling, for any traffic at least one. */
export function needed(share: number, n: number): number {
  return share <= 0 ? 0 : Math.min(n, Math.max(1, Math.ceil((n * share) / 100)));
}

/** True when every parent of the route has said that it took the present generation. */
export function isTaken({ route }: WorldState): boolean {
  const parents = route?.status?.parents ?? [];
  const taken = (
    conditions: readonly Readonly<{ type: string; status: string; observedGeneration?: number }>[],
  ): boolean =>
    conditions.some(
      ({ type, status, observedGeneration }) =>
        type === 'Accepted' && status === 'True' && observedGeneration === route?.metadata.generation,
    );
  return parents.length > 0 && parents.every(({ conditions = [] }) => taken(conditions));
}
