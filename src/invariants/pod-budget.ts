import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';
import { replicasAfter } from './situation.ts';
import { declaredSizes, fenceposts, newHash, stableHash, strategyKind, wantedReplicas } from './strategy.ts';

/**
 * S14: a basic canary has at most N + maxSurge pods; with routes and in blue-green no revision grows beyond N (or its
 * setCanaryScale). A prefix may hold all that grows and nothing that shrinks, so only what grows counts.
 */
export function podsOverBudget(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  const wanted = wantedReplicas(observed);
  const kind = strategyKind(observed);
  let before = 0;
  let grown = 0;
  const broken: Breach[] = [];
  for (const set of observed.replicaSets) {
    const after = Math.max(set.specReplicas, replicasAfter(set, actions));
    before += set.specReplicas;
    grown += after;
    if (kind === 'Basic' || after <= set.specReplicas) continue;
    const most = Math.max(wanted, ...(set.hash === newHash(observed) ? declaredSizes(observed) : []));
    const action = actions.find((candidate) => candidate.kind === 'ChangeReplicaSet' && candidate.uid === set.uid);
    const blame = action === undefined ? {} : { action };
    if (after > most) broken.push({ rule: 'S14', message: `${set.name} grows to ${after}, at most ${most}`, ...blame });
    if (kind === 'Routed' && set.hash !== newHash(observed) && set.hash !== stableHash(observed)) {
      broken.push({ rule: 'S14', message: `${set.name} grows, but it is neither new nor stable`, ...blame });
    }
  }
  for (const action of actions) {
    if (action.kind === 'CreateReplicaSet') grown += Number(action.manifest.spec['replicas'] ?? 1);
  }
  const budget = wanted + fenceposts(observed).surge;
  if (kind === 'Basic' && grown > before && grown > budget) {
    broken.push({ rule: 'S14', message: `${grown} pods would be asked for, at most ${budget}` });
  }
  return broken;
}
