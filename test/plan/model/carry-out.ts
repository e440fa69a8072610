import { HASH_LABEL } from '../../../src/api/names.ts';
import type { AnalysisRun } from '../../../src/api/analysis.ts';
import type { Experiment } from '../../../src/api/experiment.ts';
import type { Rollout, RolloutStatus } from '../../../src/api/rollout.ts';
import type { Action, Existing, Manifest } from '../../../src/plan/action.ts';
import type { ObservedPod, ObservedReplicaSet, ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { sameJson } from '../../../src/units/canonical-json.ts';
import { deploymentScaled, rolloutChanged } from './workload.ts';
import { unreachable } from '../../../src/units/assert.ts';

/**
 * The cluster once the server has taken one write, before any pod, endpoint or proxy has followed. A write whose guard
 * no longer holds is dropped, as the server would refuse it.
 */
export function carryOut(observed: ObservedRollout, action: Action): ObservedRollout {
  switch (action.kind) {
    case 'AskTemplate': {
      const template = action.manifest.spec['template'];
      return { ...observed, templateAnswer: { generation: action.generation, accepted: true, template } };
    }
    case 'CreateReplicaSet':
      return { ...observed, replicaSets: created(observed.replicaSets, action.manifest) };
    case 'ChangeReplicaSet':
      return { ...observed, replicaSets: observed.replicaSets.map((set) => changed(set, action)) };
    case 'DeleteReplicaSet':
      return { ...observed, replicaSets: observed.replicaSets.filter(({ uid }) => uid !== action.target.uid) };
    case 'ChangePodMetadata':
      return {
        ...observed,
        pods: observed.pods.map((pod) => (pod.uid === action.uid ? relabelled(pod, action) : pod)),
      };
    case 'EvictPod':
      return evicted(observed, action.uid);
    case 'PointService':
      return {
        ...observed,
        services: observed.services.map((each) => pointed(each, action, observed.rollout)),
        leftServices: observed.leftServices.map((each) => pointed(each, action, observed.rollout)),
      };
    case 'ChangeRollout':
      return rolloutChanged(observed, action);
    case 'ScaleDeployment':
      return deploymentScaled(observed, action);
    case 'ReleaseService':
      return { ...observed, leftServices: observed.leftServices.flatMap((each) => released(observed, each, action)) };
    case 'ReleaseRoute':
      return routeReleased(observed, action);
    case 'SetSplit':
      return { ...observed, routes: observed.routes.map((each) => split(each, action)) };
    case 'CreateAnalysisRun':
      return { ...observed, analysisRuns: runCreated(observed.analysisRuns, action.manifest) };
    case 'EndAnalysisRun':
      return {
        ...observed,
        analysisRuns: observed.analysisRuns.map((run) => (isTarget(run.metadata, action.target) ? ended(run) : run)),
      };
    case 'DeleteAnalysisRun':
      return {
        ...observed,
        analysisRuns: observed.analysisRuns.filter(({ metadata }) => !isTarget(metadata, action.target)),
      };
    case 'CreateExperiment':
      return { ...observed, experiments: [...observed.experiments, experimentMade(action.manifest)] };
    case 'EndExperiment':
      return {
        ...observed,
        experiments: observed.experiments.map((one) => (isTarget(one.metadata, action.target) ? over(one) : one)),
      };
    case 'DeleteExperiment':
      return {
        ...observed,
        experiments: observed.experiments.filter(({ metadata }) => !isTarget(metadata, action.target)),
      };
    default:
      return unreachable(action);
  }
}

function experimentMade({ metadata, spec }: Manifest): Experiment {
  return { metadata: { ...metadata, uid: metadata.name, resourceVersion: '1' }, spec: spec as Experiment['spec'] };
}

function over(experiment: Experiment): Experiment {
  return {
    ...experiment,
    metadata: bumped(experiment.metadata),
    spec: { ...experiment.spec, terminate: true },
    status: { phase: 'Successful' },
  };
}

function relabelled(pod: ObservedPod, { metadata }: Extract<Action, { kind: 'ChangePodMetadata' }>): ObservedPod {
  return {
    ...pod,
    labels: merged(pod.labels, metadata.labels),
    annotations: merged(pod.annotations, metadata.annotations),
  };
}

function merged(
  before: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const after = { ...before };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete after[key];
    else after[key] = value;
  }
  return after;
}

/** The pod is going, and no longer counted as there. */
function evicted(observed: ObservedRollout, uid: string): ObservedRollout {
  const pod = observed.pods.find((one) => one.uid === uid && !one.leaving);
  if (pod === undefined) return observed;
  const less = (set: ObservedReplicaSet): ObservedReplicaSet => ({
    ...bumped(set),
    replicas: set.replicas - 1,
    ...(pod.ready ? { ready: set.ready - 1, available: Math.min(set.available, set.ready - 1) } : {}),
  });
  return {
    ...observed,
    pods: observed.pods.map((one) => (one === pod ? { ...one, leaving: true, ready: false } : one)),
    replicaSets: observed.replicaSets.map((set) => (set.uid === pod.owner ? less(set) : set)),
  };
}

/** The cluster once the status of a plan is written. */
export function writeStatus(observed: ObservedRollout, status: RolloutStatus): ObservedRollout {
  const { rollout } = observed;
  if (status === rollout.status) return observed;
  const [before, after] = [rollout.status, status].map((each) => each?.canary?.stablePingPong ?? 'ping');
  // The weights stay with their Services, whose roles have changed.
  const routes = before === after ? observed.routes : observed.routes.map(swapped);
  return { ...observed, routes, rollout: { ...rollout, metadata: bumped(rollout.metadata), status } };
}

function swapped(route: Route): Route {
  const { split } = route;
  return split === undefined
    ? route
    : { ...route, split: { canary: split.stable, stable: split.canary }, noted: false };
}

/** Either kind of object that has a version. */
type Versioned = Readonly<{ uid?: string; resourceVersion?: string }>;

function isTarget(seen: Versioned, target: Existing): boolean {
  return seen.uid === target.uid && seen.resourceVersion === target.resourceVersion;
}

function bumped<T extends Versioned>(seen: T): T {
  return { ...seen, resourceVersion: String(Number(seen.resourceVersion ?? '0') + 1) };
}

function created(sets: readonly ObservedReplicaSet[], manifest: Manifest): readonly ObservedReplicaSet[] {
  const { name } = manifest.metadata;
  if (sets.some((set) => set.name === name)) return sets;
  const labels = (manifest.metadata['labels'] ?? {}) as Record<string, string>;
  const set: ObservedReplicaSet = {
    name,
    uid: `uid-${name}`,
    resourceVersion: '1',
    hash: labels[HASH_LABEL] ?? '',
    labels,
    annotations: (manifest.metadata['annotations'] ?? {}) as Record<string, string>,
    // Each a second younger than the one before, as far as the API server's clock tells.
    createdAt: `2026-11-24T10:00:${String(sets.length).padStart(2, '0')}Z`,
    deleting: false,
    specReplicas: Number(manifest.spec['replicas'] ?? 1),
    minReadySeconds: Number(manifest.spec['minReadySeconds'] ?? 0),
    replicas: 0,
    ready: 0,
    available: 0,
    settled: false,
    template: manifest.spec['template'],
  };
  return [...sets, set];
}

type Change = Extract<Action, { kind: 'ChangeReplicaSet' }>;

function changed(set: ObservedReplicaSet, action: Change): ObservedReplicaSet {
  if (set.uid !== action.uid || set.specReplicas !== action.seenReplicas) return set;
  const annotations = merged(set.annotations, action.annotations ?? {});
  const specReplicas = action.replicas ?? set.specReplicas;
  // Pods that an earlier write made superfluous are leaving, and do not come back with a larger size.
  const stay = Math.min(set.ready, set.specReplicas);
  return {
    ...bumped(set),
    ...(specReplicas > set.specReplicas ? { ready: stay, available: Math.min(set.available, stay) } : {}),
    annotations,
    labels: { ...set.labels, ...action.labels },
    specReplicas,
    minReadySeconds: action.minReadySeconds ?? set.minReadySeconds,
    template: templateAfter(set.template, action.template),
    settled: set.settled && specReplicas === set.specReplicas,
  };
}

type Template = Readonly<{
  metadata?: Readonly<Partial<Record<'labels' | 'annotations', Readonly<Record<string, string>>>>>;
  spec?: Readonly<Record<string, unknown>>;
}>;

function templateAfter(before: unknown, change: Change['template']): unknown {
  if (change === undefined) return before;
  const template = (before ?? {}) as Template;
  const { metadata, affinity } = change;
  const spec: Record<string, unknown> = { ...template.spec };
  if (affinity === null) delete spec['affinity'];
  else if (affinity !== undefined) spec['affinity'] = affinity;
  const labels = merged(template.metadata?.labels ?? {}, metadata?.labels ?? {});
  const annotations = merged(template.metadata?.annotations ?? {}, metadata?.annotations ?? {});
  return { ...template, metadata: { ...template.metadata, labels, annotations }, spec };
}

type Service = ObservedRollout['services'][number];

function pointed(service: Service, action: Extract<Action, { kind: 'PointService' }>, rollout: Rollout): Service {
  if (!isTarget(service, action.target)) return service;
  const selector = { ...service.selector, [HASH_LABEL]: action.hash };
  return { ...bumped(service), selector, managedBy: rollout.metadata.name };
}

function routeReleased(
  observed: ObservedRollout,
  { target }: Extract<Action, { kind: 'ReleaseRoute' }>,
): ObservedRollout {
  const leftRoutes = observed.leftRoutes.filter((each) => !isTarget(each, target));
  const behind = leftRoutes.flatMap(({ services }) => Object.values(services));
  const leftServices = observed.leftServices.filter(
    ({ name, managedBy }) => managedBy !== undefined || behind.includes(name),
  );
  return { ...observed, leftRoutes, leftServices };
}

/** A Service without our mark is out of sight, unless a route that was left still splits to it. */
function released(
  observed: ObservedRollout,
  service: Service,
  action: Extract<Action, { kind: 'ReleaseService' }>,
): readonly Service[] {
  if (!isTarget(service, action.target)) return [service];
  const { [HASH_LABEL]: _, ...selector } = service.selector;
  if (action.mark === 'Stays') return [{ ...bumped(service), selector }];
  const behind = observed.leftRoutes.some(({ services }) => Object.values(services).includes(service.name));
  return behind ? [{ ...bumped(service), selector, managedBy: undefined }] : [];
}

type Route = ObservedRollout['routes'][number];

function split(route: Route, action: Extract<Action, { kind: 'SetSplit' }>): Route {
  if (!isTarget(route, action.target)) return route;
  const { inProgress, managed } = action;
  const rules = route.intact && sameJson(route.managed, managed);
  const same = route.split?.canary === action.split.canary && route.uniform && rules;
  const known = { inProgress, noted: inProgress, managed, intact: true };
  return { ...bumped(route), split: action.split, uniform: true, accepted: same && route.accepted, ...known };
}

function runCreated(runs: readonly AnalysisRun[], manifest: Manifest): readonly AnalysisRun[] {
  const { metadata, spec } = manifest;
  if (runs.some((run) => run.metadata.name === metadata.name)) return runs;
  const made = { ...metadata, uid: `uid-${metadata.name}`, resourceVersion: '1', generation: 1 };
  return [
    ...runs,
    { metadata: { creationTimestamp: '2026-11-24T10:00:00Z', ...made }, spec: spec as AnalysisRun['spec'] },
  ];
}

function ended(run: AnalysisRun): AnalysisRun {
  const over = ['Successful', 'Failed', 'Error', 'Inconclusive'].includes(run.status?.phase ?? '');
  const spec = { ...run.spec, terminate: true };
  return {
    ...run,
    metadata: bumped(run.metadata),
    spec,
    ...(over ? {} : { status: { ...run.status, phase: 'Successful', message: 'ended with the update' } }),
  };
}
