import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a Rollout looks like, for its gauges. */
export type RolloutGauges = Readonly<{
  namespace: string;
  name: string;
  strategy: string;
  router: string;
  phase: string;
  desired: number;
  available: number;
  updated: number;
  canaryPercent: number | undefined;
  step: number | undefined;
}>;

/** Everything that is counted, as plain functions; none throws. */
export interface Metrics {
  rollout(gauges: RolloutGauges): void;
  rolloutGone(namespace: string, name: string): void;
  experiment(namespace: string, name: string, phase: string): void;
  experimentGone(namespace: string, name: string): void;
  reconciled(controller: string, result: string, seconds: number): void;
  measured(outcome: string, seconds: number): void;
  leading(leading: boolean): void;
  apiCall(verb: string, resource: string, code: string): void;
  queue(name: string): QueueCounters;
  breach(rule: string): void;
  /** A call was made that a policy would refuse if it were enforced. */
  policyWarned(policy: string): void;
  watchFailed(plural: string, why: string): void;
  /** The configuration was read again, and taken or not. */
  configRead(taken: boolean): void;
  /** The exposition, and its content type. */
  expose(): Promise<Readonly<{ contentType: string; text: string }>>;
}

/** What a work queue counts; times in milliseconds. */
export type QueueCounters = Readonly<{
  depth(keys: number): void;
  added(): void;
  waited(time: number): void;
  worked(time: number): void;
  retried(): void;
}>;

/** The buckets that Argo's histograms of passes have. */
const ARGO_SECONDS = [0.01, 0.15, 0.25, 0.5, 1];
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

/**
 * Metrics with the names that Argo's and controller-runtime's dashboards use, and sluice_* beside them. Series keyed by
 * an object go with the object. Source: rollout-semantics 6.
 */
export function createMetrics(build: Readonly<{ version: string; commit: string }>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> =>
    new Gauge({ name, help, labelNames, registers });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: readonly L[]): Histogram<L> =>
    new Histogram({ name, help, labelNames, buckets: SECONDS, registers });

  gauge('sluice_build_info', 'Version and commit; always 1', ['version', 'commit']).set({ ...build }, 1);
  const objects = { ...rolloutSeries(gauge), ...experimentSeries(gauge) };
  const passes = new Histogram({
    name: 'experiment_reconcile',
    help: 'Time of a pass over an Experiment',
    buckets: ARGO_SECONDS,
    registers,
  });
  const passErrors = counter('experiment_reconcile_error', 'Passes over Experiments that failed', []);
  const total = counter('controller_runtime_reconcile_total', 'Passes by result', ['controller', 'result']);
  const errors = counter('controller_runtime_reconcile_errors_total', 'Passes that failed', ['controller']);
  const times = histogram('controller_runtime_reconcile_time_seconds', 'Time of a pass', ['controller']);
  const measurements = histogram('sluice_measurement_seconds', 'Time of a measurement', ['outcome']);
  const leader = gauge('leader_election_master_status', '1 while this process leads', ['name']);
  const calls = counter('rest_client_requests_total', 'Calls of the API server', ['code', 'method']);
  const ownCalls = counter('sluice_api_calls_total', 'Calls of the API server', ['verb', 'resource', 'code']);
  const breaches = counter('sluice_plans_refused_total', 'Plans that a rule of safety refused', ['rule']);
  const policyWarnings = counter('sluice_policy_warnings_total', 'Calls that a policy would refuse', ['policy']);
  const watches = counter('sluice_watch_failures_total', 'Lists and watches that failed', ['resource', 'why']);
  const config = gauge(
    'sluice_config_last_reload_successful',
    '0 while the configuration that was read last is refused',
    [],
  );
  config.set(1);
  const queue = queueSeries(gauge, counter, histogram);
  return {
    ...objects,
    reconciled(controller, result, seconds) {
      total.inc({ controller, result });
      times.observe({ controller }, seconds);
      if (result === 'error') errors.inc({ controller });
      if (controller !== 'experiment') return;
      // Histograms carry no name of an object: their series would never go.
      passes.observe(seconds);
      if (result === 'error') passErrors.inc();
    },
    measured: (outcome, seconds) => measurements.observe({ outcome }, seconds),
    leading: (leading) => leader.set({ name: 'sluice' }, leading ? 1 : 0),
    apiCall(verb, resource, code) {
      calls.inc({ code, method: verb });
      ownCalls.inc({ verb, resource, code });
    },
    queue,
    breach: (rule) => breaches.inc({ rule }),
    policyWarned: (policy) => policyWarnings.inc({ policy }),
    configRead: (taken) => config.set(taken ? 1 : 0),
    watchFailed: (resource, why) => watches.inc({ resource, why }),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

type MakeGauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) => Gauge<L>;
type MakeCounter = <L extends string>(name: string, help: string, labelNames: readonly L[]) => Counter<L>;
type MakeHistogram = <L extends string>(name: string, help: string, labelNames: readonly L[]) => Histogram<L>;

function rolloutSeries(gauge: MakeGauge): Pick<Metrics, 'rollout' | 'rolloutGone'> {
  const object = ['namespace', 'name'] as const;
  const info = gauge('rollout_info', 'A Rollout; always 1', [...object, 'strategy', 'traffic_router', 'phase']);
  const desired = gauge('rollout_info_replicas_desired', 'spec.replicas', object);
  const available = gauge('rollout_info_replicas_available', 'Available pods', object);
  const unavailable = gauge('rollout_info_replicas_unavailable', 'Missing pods', object);
  const updated = gauge('rollout_info_replicas_updated', 'Pods of the newest revision', object);
  const weight = gauge('sluice_rollout_weight', 'Share of the traffic in percent', [...object, 'role']);
  const step = gauge('sluice_rollout_step', 'Index of the step under way', object);
  const removeInfo = (at: Readonly<{ namespace: string; name: string }>): void => {
    for (const labels of infoOf.get(`${at.namespace}/${at.name}`) ?? []) info.remove(labels);
    infoOf.delete(`${at.namespace}/${at.name}`);
  };
  const infoOf = new Map<string, Parameters<typeof info.remove>[0][]>();
  return {
    rollout(g) {
      const at = { namespace: g.namespace, name: g.name };
      const labels = { ...at, strategy: g.strategy, traffic_router: g.router, phase: g.phase };
      removeInfo(at);
      infoOf.set(`${g.namespace}/${g.name}`, [labels]);
      info.set(labels, 1);
      desired.set(at, g.desired);
      available.set(at, g.available);
      unavailable.set(at, Math.max(0, g.desired - g.available));
      updated.set(at, g.updated);
      if (g.step !== undefined) step.set(at, g.step);
      if (g.canaryPercent === undefined) return;
      weight.set({ ...at, role: 'canary' }, g.canaryPercent);
      weight.set({ ...at, role: 'stable' }, 100 - g.canaryPercent);
    },
    rolloutGone(namespace, name) {
      const at = { namespace, name };
      removeInfo(at);
      for (const series of [desired, available, unavailable, updated, step]) series.remove(at);
      for (const role of ['canary', 'stable']) weight.remove({ ...at, role });
    },
  };
}

const PHASES = ['Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive'];

function experimentSeries(gauge: MakeGauge): Pick<Metrics, 'experiment' | 'experimentGone'> {
  const labels = ['namespace', 'name', 'phase'] as const;
  const info = gauge('experiment_info', 'An Experiment, with its phase; always 1', labels);
  const state = gauge('experiment_phase', '1 for the phase that an Experiment is in, 0 for the others', labels);
  const forget = (at: Readonly<{ namespace: string; name: string }>): void => {
    for (const phase of PHASES) info.remove({ ...at, phase });
  };
  return {
    experiment(namespace, name, phase) {
      forget({ namespace, name });
      info.set({ namespace, name, phase }, 1);
      for (const each of PHASES) state.set({ namespace, name, phase: each }, each === phase ? 1 : 0);
    },
    experimentGone(namespace, name) {
      forget({ namespace, name });
      for (const phase of PHASES) state.remove({ namespace, name, phase });
    },
  };
}

function queueSeries(gauge: MakeGauge, counter: MakeCounter, histogram: MakeHistogram): Metrics['queue'] {
  const depth = gauge('workqueue_depth', 'Keys that wait', ['name']);
  const adds = counter('workqueue_adds_total', 'Keys added', ['name']);
  const retries = counter('workqueue_retries_total', 'Keys that come again after a failure', ['name']);
  const waits = histogram('workqueue_queue_duration_seconds', 'Time in the queue', ['name']);
  const work = histogram('workqueue_work_duration_seconds', 'Time of work on a key', ['name']);
  return (name) => ({
    depth: (keys) => depth.set({ name }, keys),
    added: () => adds.inc({ name }),
    waited: (time) => waits.observe({ name }, time / 1000),
    worked: (time) => work.observe({ name }, time / 1000),
    retried: () => retries.inc({ name }),
  });
}
