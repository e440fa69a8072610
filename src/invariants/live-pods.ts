import { LEAVING_METADATA } from '../api/names.ts';
import type { Action } from '../plan/action.ts';
import type { ObservedPod, ObservedReplicaSet, ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { resolveIntOrPercent } from '../units/int-or-percent.ts';
import { parseInstant } from '../units/instant.ts';
import type { Breach } from './breach.ts';
import { replicasAfter } from './situation.ts';
import { fenceposts, wantedReplicas } from './strategy.ts';

type Eviction = Extract<Action, { kind: 'EvictPod' }>;
type Change = Extract<Action, { kind: 'ChangePodMetadata' }>;

/**
 * S14 for restarts: only pods made before spec.restartAt are evicted, and with all evictions and everything that shrinks
 * no more pods are missing than max(maxUnavailable, 1) allows (rollout-semantics 1.7 and fix F-B3).
 */
export function restartsOverBudget(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  const evictions = actions.filter((action): action is Eviction => action.kind === 'EvictPod');
  if (evictions.length === 0) return [];
  const broken: Breach[] = [];
  const restartAt = parseInstant(observed.rollout.spec.restartAt);
  for (const action of evictions) {
    const made = parseInstant(podOf(observed, action)?.createdAt);
    if (restartAt !== undefined && made !== undefined && made < restartAt) continue;
    broken.push({ rule: 'S14', message: `pod ${action.name} is evicted, but no restart asks for it`, action });
  }
  let asked = 0;
  let available = 0;
  for (const set of observed.replicaSets) {
    if (set.deleting) continue;
    const after = replicasAfter(set, actions);
    asked += Math.max(after, set.specReplicas);
    available += Math.min(set.available, set.specReplicas, after);
  }
  const least = Math.max(wantedReplicas(observed), asked) - Math.max(mayLack(observed), 1);
  if (available - evictions.length < least) {
    const message = `${available - evictions.length} pods would stay available, at least ${least} must`;
    broken.push({ rule: 'S14', message });
  }
  return broken;
}

/** Pods that a restart may take away at once. */
function mayLack(observed: ObservedRollout): number {
  const { blueGreen } = observed.rollout.spec.strategy ?? {};
  if (blueGreen === undefined) return fenceposts(observed).unavailable;
  return resolveIntOrPercent(blueGreen.maxUnavailable ?? '25%', wantedReplicas(observed), 'down') ?? 0;
}

/**
 * S4 for what is put on live pods: a pod gets only what the template of its ReplicaSet was seen to have, and loses only
 * what the ReplicaSet remembers to have put there: the rest is not ours.
 */
export function podsBeforeTemplate(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  return actions.flatMap((action) => {
    if (action.kind !== 'ChangePodMetadata') return [];
    const pod = podOf(observed, action);
    const set = observed.replicaSets.find(({ uid }) => uid === pod?.owner);
    const message = set === undefined ? `pod ${action.name} is of no ReplicaSet of ours` : foreignKey(action, set);
    return message === undefined ? [] : [{ rule: 'S4', message, action }];
  });
}

function foreignKey({ name, metadata }: Change, set: ObservedReplicaSet): string | undefined {
  const template = (set.template ?? {}) as Readonly<{
    metadata?: Readonly<Partial<Record<'labels' | 'annotations', Readonly<Record<string, string>>>>>;
  }>;
  const remembered = set.annotations[LEAVING_METADATA] ?? '';
  for (const part of ['labels', 'annotations'] as const) {
    for (const [key, value] of Object.entries(metadata[part])) {
      const has = template.metadata?.[part]?.[key];
      if (value !== null && has !== value) return `pod ${name} gets ${key} before the template of ${set.name} has it`;
      if (value === null && (has !== undefined || !remembered.includes(JSON.stringify(key)))) {
        return `pod ${name} loses ${key}, which ${set.name} did not put there`;
      }
    }
  }
  return undefined;
}

function podOf(observed: ObservedRollout, action: Eviction | Change): ObservedPod | undefined {
  return observed.pods.find(({ uid }) => uid === action.uid);
}
