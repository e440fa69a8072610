import type { AnalysisTemplate } from '../api/analysis.ts';
import type { RouteResource } from '../api/gateway-api-routes.ts';
import type { ApiGroup } from '../api/names.ts';
import { HASH_LABEL, INSTANCE_ID } from '../api/names.ts';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../kube/backoff.ts';
import type { Failure, KubeClient, Selection } from '../kube/client.ts';
import type { Reflector, ReflectorOptions } from '../kube/reflector.ts';
import { startReflector } from '../kube/reflector.ts';
import { withoutManagedFields as keep } from '../kube/without-managed-fields.ts';
import type { KubeObject } from '../kube/resource.ts';
import type { Store, StoreChange } from '../kube/store.ts';
import { ROUTE_STORES } from '../observe/routes.ts';
import type { Stores } from '../observe/stores.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { startLateReflector } from './late-reflector.ts';
import { keepEndpoints, podKeeper } from './transforms.ts';
import {
  managingRollout,
  experimentsOfRoute,
  experimentsOfService,
  ownersOf,
  rivalsOf,
  rolloutsOfPod,
  rolloutsOfRoute,
  rolloutsOfService,
  rolloutsOfSlice,
  runKey,
  splittingRollouts,
  usersOfTemplate,
} from './triggers.ts';
import type { WorkloadStore } from './workload-watches.ts';
import { needs, watchWorkloads } from './workload-watches.ts';
import type { WritableStores } from './world.ts';
import { resourcesOf } from './world.ts';
import { keyOf } from '../kube/resource.ts';
import type { Rollout } from '../api/rollout.ts';

/** What is watched, and who is told. */
export type WatchOptions = Readonly<{
  client: Pick<KubeClient, 'list' | 'watch'>;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  group: ApiGroup;
  /** '' serves the objects without the label of an instance. */
  instanceId: string;
  /** Undefined: all namespaces. */
  namespace: string | undefined;
  /** The kinds of routes that are served. */
  routeKinds: readonly RouteResource[];
  stores: WritableStores;
  /** Rollouts to be looked at again. */
  wakeRollout: (key: string) => void;
  /** AnalysisRuns to be looked at again. */
  wakeRun: (key: string) => void;
  /** Experiments to be looked at again. */
  wakeExperiment: (key: string) => void;
  /** A Rollout is gone: what was there last. */
  onRolloutGone: (rollout: Rollout) => void;
  onRunGone: (run: KubeObject) => void;
  onExperimentGone: (experiment: KubeObject) => void;
  /** The storage of the API server was set back to an older state. */
  onRestored: (message: string) => void;
  random?: Random;
}>;

/** Running watches, by the name of their store; kinds of routes that are not served have none. */
export type Watches = Readonly<Partial<Record<keyof Stores, Reflector>>>;

/** Starts to watch every kind that decisions are made from. */
export function startWatches(options: WatchOptions): Watches {
  const { stores, group, wakeRollout, wakeRun, namespace } = options;
  const { rollouts } = stores;
  const everywhere: Selection = namespace === undefined ? {} : { namespace };
  const ours: Selection = { ...everywhere, labelSelector: instanceSelector(options.instanceId) };
  const hashed: Selection = { ...everywhere, labelSelector: HASH_LABEL };
  const wake = (keys: readonly string[]): void => keys.forEach(wakeRollout);
  const wakeExperiments = (keys: readonly string[]): void => keys.forEach(options.wakeExperiment);
  const wakeOwners = (change: StoreChange): void => {
    wake(ownersOf(group, change));
    wakeExperiments(ownersOf(group, change, 'Experiment'));
  };
  const wakeUsers = ({ object }: StoreChange<AnalysisTemplate>): void => {
    wake(usersOfTemplate(stores, rollouts, object));
    wakeExperiments(usersOfTemplate(stores, stores.experiments, object));
  };
  const workloads = watchWorkloads({
    clock: options.clock,
    rollouts,
    everywhere,
    wake,
    start: (name, selection, onChange) => watch(options, name, stores[name], selection, keep, onChange),
  });
  return {
    ...workloads,
    rollouts: watch(options, 'rollouts', stores.rollouts, ours, keep, (change) => {
      const { type, object, previous } = change;
      for (const [name, { demand }] of Object.entries(workloads)) if (needs(object, name as WorkloadStore)) demand();
      if (type === 'Deleted') options.onRolloutGone(previous ?? object);
      wakeRollout(keyOf(object.metadata));
      // Another one may name the same Services, or no longer does.
      if (previous?.metadata.generation !== object.metadata.generation || type === 'Deleted')
        wake(rivalsOf(rollouts, change));
    }),
    analysisRuns: watch(options, 'analysisRuns', stores.analysisRuns, ours, keep, (change) => {
      if (change.type === 'Deleted') options.onRunGone(change.object);
      wakeRun(runKey(change.object));
      wakeOwners(change);
    }),
    experiments: watch(options, 'experiments', stores.experiments, ours, keep, (change) => {
      if (change.type === 'Deleted') options.onExperimentGone(change.object);
      options.wakeExperiment(keyOf(change.object.metadata));
      wake(ownersOf(group, change));
    }),
    analysisTemplates: watch(options, 'analysisTemplates', stores.analysisTemplates, everywhere, keep, wakeUsers),
    clusterAnalysisTemplates: watch(
      options,
      'clusterAnalysisTemplates',
      stores.clusterAnalysisTemplates,
      {},
      keep,
      wakeUsers,
    ),
    replicaSets: watch(options, 'replicaSets', stores.replicaSets, hashed, keep, wakeOwners),
    pods: watch(options, 'pods', stores.pods, hashed, podKeeper(), (change) =>
      wake(rolloutsOfPod(group, stores, change)),
    ),
    // Beside the Rollouts that name it, the one that claims it: it may be gone, and then this is to be given back.
    services: watch(options, 'services', stores.services, everywhere, keep, (change) => {
      wake([...rolloutsOfService(rollouts, change.object), ...managingRollout(change.object)]);
      wakeExperiments(experimentsOfService(group, stores.experiments, change));
    }),
    endpointSlices: watch(options, 'endpointSlices', stores.endpointSlices, everywhere, keepEndpoints, ({ object }) =>
      wake(rolloutsOfSlice(stores, object)),
    ),
    ...watchRoutes(options, everywhere, wake),
  };
}

function watchRoutes(options: WatchOptions, everywhere: Selection, wake: (keys: readonly string[]) => void): Watches {
  const { stores, routeKinds, group } = options;
  const watches: Partial<Record<keyof Stores, Reflector>> = {};
  for (const resource of routeKinds) {
    const name = ROUTE_STORES[resource];
    watches[name] = watch(options, name, stores[name], everywhere, keep, (change) => {
      wake([...rolloutsOfRoute(stores.rollouts, resource, change.object), ...splittingRollouts(change.object)]);
      experimentsOfRoute(group, stores.services, change).forEach(options.wakeExperiment);
    });
  }
  return watches;
}

/** Objects of one instance; those without the label when no instance id is given. */
export function instanceSelector(instanceId: string): string {
  return instanceId === '' ? `!${INSTANCE_ID}` : `${INSTANCE_ID}=${instanceId}`;
}

function watch<T extends KubeObject>(
  options: WatchOptions,
  name: keyof Stores,
  store: Store<T>,
  selection: Selection,
  transform: (object: KubeObject) => KubeObject,
  onChange: (change: StoreChange<T>) => void,
): Reflector {
  const { client, clock, log, metrics, random } = options;
  const resource = resourcesOf(options.group)[name];
  const absent = absenceOf(name, options.namespace);
  const reflected: ReflectorOptions<T> = {
    client,
    clock,
    resource,
    selection,
    store,
    // The API server has checked the object against the schema of its kind, so what is read of it is taken on trust here.
    transform: (object) => transform(object) as T,
    onChange,
    onRestored: options.onRestored,
    ...(random === undefined ? {} : { random }),
    onError: (error) => {
      const why = error instanceof Error ? 'Exception' : error.why;
      metrics.watchFailed(resource.plural, why);
      log.warn({ resource: resource.plural, why, error: error.message }, 'watch failed');
    },
  };
  return absent.length === 0 ? startReflector(reflected) : startLateReflector(reflected, absent);
}

/** The answers by which a kind that we can do without counts as absent. */
function absenceOf(name: keyof Stores, namespace: string | undefined): readonly Failure['why'][] {
  // Route kinds come with the Gateway API, which a cluster need not have, or may get later.
  if (Object.values<string>(ROUTE_STORES).includes(name)) return ['NotFound'];
  // Who may see one namespace only need not be let see the cluster's templates.
  if (name === 'clusterAnalysisTemplates' && namespace !== undefined) return ['Forbidden'];
  return [];
}
