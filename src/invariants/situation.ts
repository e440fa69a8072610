import { HASH_LABEL } from '../api/names.ts';
import type { Action } from '../plan/action.ts';
import type { ObservedReplicaSet, ObservedRollout, ObservedService } from '../plan/rollout/observed-rollout.ts';
import { percentOf } from './strategy.ts';

/**
 * The percentages of the canary and the stable Service in one route; they sum to 100. `matched`: header or mirror routes lead
 * to the canary as well, whatever its weight is.
 */
export type Weights = Readonly<{
  canary: number;
  stable: number;
  matched: boolean;
  /** What Services of experiments have of the 100. */
  trials: readonly Readonly<{ service: string; weight: number }>[];
}>;

/** What the parts of the world that carry traffic look like, before a plan or after some of its actions. */
export type Situation = Readonly<{
  /** Pods asked for, by revision hash. */
  asked: ReadonlyMap<string, number>;
  /** Ready pods that are certain to stay, by revision hash: a ReplicaSet that shrinks loses what it no longer asks for. */
  ready: ReadonlyMap<string, number>;
  /** As `ready`, for available pods. */
  available: ReadonlyMap<string, number>;
  /** The revision that a Service selects, '' where it names none; only Services that exist. */
  selected: ReadonlyMap<string, string>;
  /** Ready pods of the selected revision behind a Service. */
  serving: ReadonlyMap<string, number>;
  /** The percentages of each route whose weights could be read. */
  splits: readonly Weights[];
}>;

/** The revision that a Service selects, '' where it names none. */
export function selectedHash(service: ObservedService): string {
  return service.selector[HASH_LABEL] ?? '';
}

/** The situation as observed. */
export function situation(observed: ObservedRollout): Situation {
  return situationAfter(observed, []);
}

/**
 * The situation once the server has taken these actions and before any pod has started: what a ReplicaSet loses is
 * gone at once, what it gains is not there yet, and a Service that was pointed elsewhere has the pods that are ready.
 */
export function situationAfter(observed: ObservedRollout, actions: readonly Action[]): Situation {
  const asked = new Map<string, number>();
  const ready = new Map<string, number>();
  const available = new Map<string, number>();
  for (const set of observed.replicaSets) {
    const wanted = replicasAfter(set, actions);
    increase(asked, set.hash, wanted);
    increase(ready, set.hash, Math.min(set.ready, remaining(set, wanted)));
    increase(available, set.hash, Math.min(set.available, remaining(set, wanted)));
  }
  const selected = new Map<string, string>();
  const serving = new Map<string, number>();
  for (const service of [...observed.services, ...observed.leftServices]) {
    if (!service.exists) continue;
    const hash = selectedAfter(service, actions);
    selected.set(service.name, hash);
    serving.set(service.name, servingPods(service, hash, ready));
  }
  for (const trial of observed.trialServices) {
    if (!trial.exists) continue;
    const hash = selectedHash(trial);
    selected.set(trial.name, hash);
    // The pods of an experiment are not the Rollout's to take away.
    serving.set(trial.name, trial.readyEndpoints[hash] ?? 0);
  }
  return { asked, ready, available, selected, serving, splits: splitsAfter(observed, actions) };
}

function selectedAfter(service: ObservedService, actions: readonly Action[]): string {
  for (const action of actions) {
    if (action.kind === 'PointService' && action.target.name === service.name) return action.hash;
    if (action.kind === 'ReleaseService' && action.target.name === service.name) return '';
  }
  return selectedHash(service);
}

/** The size that a ReplicaSet has once the actions are done; 0 when one of them deletes it. */
export function replicasAfter(set: ObservedReplicaSet, actions: readonly Action[]): number {
  let wanted = set.specReplicas;
  for (const action of actions) {
    if (action.kind === 'ChangeReplicaSet' && action.uid === set.uid) wanted = action.replicas ?? wanted;
    if (action.kind === 'DeleteReplicaSet' && action.target.uid === set.uid) wanted = 0;
  }
  return wanted;
}

/** Pods that a ReplicaSet keeps: those beyond its size leave, also where an earlier write made it smaller. */
function remaining(set: ObservedReplicaSet, wanted: number): number {
  return set.deleting ? 0 : Math.min(wanted, set.specReplicas);
}

/**
 * Ready pods behind a Service. While its selector stays, its endpoints tell; after it is pointed elsewhere, the ready
 * pods of that revision do. One without a revision in its selector takes the pods of all.
 */
function servingPods(service: ObservedService, hash: string, ready: ReadonlyMap<string, number>): number {
  const stays = hash === selectedHash(service);
  if (hash !== '') {
    const pods = ready.get(hash) ?? 0;
    return stays ? Math.min(service.readyEndpoints[hash] ?? 0, pods) : pods;
  }
  let sum = 0;
  for (const [each, endpoints] of Object.entries(service.readyEndpoints)) {
    sum += each === '' ? endpoints : Math.min(endpoints, ready.get(each) ?? 0);
  }
  return sum;
}

function splitsAfter(observed: ObservedRollout, actions: readonly Action[]): Weights[] {
  const splits: Weights[] = [];
  for (const route of observed.routes) {
    if (!route.exists || route.split === undefined) continue;
    const written = actions.find((action) => action.kind === 'SetSplit' && action.target.uid === route.uid);
    const { canary, stable } = written?.kind === 'SetSplit' ? written.split : route.split;
    const additional = written?.kind === 'SetSplit' ? written.split.additional : route.additional;
    const trials = (additional ?? []).map(({ service, weight }) => ({ service, weight: percentOf(observed, weight) }));
    const matched =
      written?.kind === 'SetSplit' ? written.managed.length > 0 : route.managed.length > 0 || !route.intact;
    splits.push({ canary: percentOf(observed, canary), stable: percentOf(observed, stable), matched, trials });
  }
  return splits;
}

function increase(counts: Map<string, number>, hash: string, by: number): void {
  counts.set(hash, (counts.get(hash) ?? 0) + by);
}
