import { HASH_LABEL } from '../../../src/api/names.ts';
import type { AnalysisPhase, AnalysisRun } from '../../../src/api/analysis.ts';
import { deploymentsFollow } from './workload.ts';
import type {
  ObservedReplicaSet,
  ObservedRollout,
  ObservedService,
} from '../../../src/plan/rollout/observed-rollout.ts';

/** What becomes of the parts that are not ours, and how much of it happens at once. */
export type Nature = Readonly<{
  /** Whether a part moves this time. */
  moves: () => boolean;
  /** How many of so many pods come or go this time. */
  some: (most: number) => number;
  /** False for a revision whose pods never become ready. */
  starts: (hash: string) => boolean;
  /** The verdict of a run that has begun; undefined while it goes on. */
  verdict: (run: AnalysisRun) => AnalysisPhase | undefined;
}>;

/** Everything moves, all the way, and every analysis succeeds. */
export const CALM: Nature = {
  moves: () => true,
  some: (most) => most,
  starts: () => true,
  verdict: () => 'Successful',
};

/** The cluster after its own controllers have gone on for a while: pods, endpoints, routes, runs. */
export function settle(observed: ObservedRollout, nature: Nature = CALM): ObservedRollout {
  const replicaSets = observed.replicaSets.map((set) => (nature.moves() ? podsFollow(set, nature) : set));
  return {
    ...observed,
    ...(nature.moves() ? deploymentsFollow(observed) : {}),
    replicaSets,
    services: observed.services.map((each) => (nature.moves() ? endpointsFollow(each, replicaSets) : each)),
    leftServices: observed.leftServices.map((each) => (nature.moves() ? endpointsFollow(each, replicaSets) : each)),
    routes: observed.routes.map((route) => (nature.moves() ? { ...route, accepted: route.exists } : route)),
    analysisRuns: observed.analysisRuns.map((run) => (nature.moves() ? runGoesOn(run, nature) : run)),
  };
}

/** True when nothing is left for the cluster's own controllers to do. */
export function isSettled(observed: ObservedRollout, nature: Nature = CALM): boolean {
  const calm = settle(observed, { ...nature, moves: () => true, some: (most) => most });
  return JSON.stringify(calm) === JSON.stringify(observed);
}

function podsFollow(set: ObservedReplicaSet, nature: Nature): ObservedReplicaSet {
  const { specReplicas } = set;
  if (set.ready > specReplicas || set.replicas > specReplicas) {
    const left = specReplicas + (set.replicas - specReplicas - nature.some(set.replicas - specReplicas));
    const ready = Math.min(set.ready, left);
    return same(set, { ...set, replicas: left, ready, available: ready, settled: left === specReplicas });
  }
  const more = nature.starts(set.hash) ? nature.some(specReplicas - set.ready) : 0;
  const ready = set.ready + more;
  return same(set, { ...set, replicas: specReplicas, ready, available: ready, settled: true });
}

function same(before: ObservedReplicaSet, after: ObservedReplicaSet): ObservedReplicaSet {
  return JSON.stringify(before) === JSON.stringify(after)
    ? before
    : { ...after, resourceVersion: String(Number(before.resourceVersion) + 1) };
}

function endpointsFollow(service: ObservedService, sets: readonly ObservedReplicaSet[]): ObservedService {
  const hash = service.selector[HASH_LABEL];
  const behind = sets.filter((set) => (hash === undefined || set.hash === hash) && set.ready > 0);
  return { ...service, readyEndpoints: Object.fromEntries(behind.map((set) => [set.hash, set.ready] as const)) };
}

function runGoesOn(run: AnalysisRun, nature: Nature): AnalysisRun {
  const phase = run.status?.phase;
  if (phase !== undefined && phase !== 'Running' && phase !== 'Pending') return run;
  const verdict = run.spec.terminate === true ? 'Successful' : nature.verdict(run);
  const next = verdict ?? 'Running';
  if (next === phase) return run;
  const resourceVersion = String(Number(run.metadata.resourceVersion ?? '0') + 1);
  return { ...run, metadata: { ...run.metadata, resourceVersion }, status: { ...run.status, phase: next } };
}
