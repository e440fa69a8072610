import type { RouteResource } from '../api/gateway-api-routes.ts';
import type { ApiGroup } from '../api/names.ts';
import type { Clock } from '../clock/clock.ts';
import { sleep } from '../clock/clock.ts';
import { Answers } from '../kube/answers.ts';
import type { Random } from '../kube/backoff.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import { Expectations } from '../kube/expectations.ts';
import type { Reflector } from '../kube/reflector.ts';
import { keyOf } from '../kube/resource.ts';
import { ROUTE_STORES } from '../observe/routes.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { recorderOf } from './events.ts';
import { createExperimentReconciler } from './experiment-controller.ts';
import type { ControllerName, KindController, KindParts, MakeReconciler } from './kind-controller.ts';
import { createKindController } from './kind-controller.ts';
import type { Leadership, LeaseName } from './leadership.ts';
import { seekLeadership } from './leadership.ts';
import { missingKinds } from './required-kinds.ts';
import { createRolloutReconciler } from './rollout-controller.ts';
import type { ReadinessCheck, RunningController } from './running-controller.ts';
import type { Watches } from './watches.ts';
import { startWatches } from './watches.ts';
import { createStores, lookupIn } from './world.ts';
import { managingRollout, splittingRollouts } from './triggers.ts';

/** What the controllers serve, and how. */
export type ControllerSettings = Readonly<{
  group: ApiGroup;
  /** Serves only objects with this instance label; '' serves those without one. */
  instanceId: string;
  /** Undefined: all namespaces. */
  namespace: string | undefined;
  /** The kinds of Gateway API routes that are watched and written; HTTPRoutes unless told. */
  routeKinds?: readonly RouteResource[];
  /** Leases to be held before anything is written, in this order; empty without leader election. */
  leases: readonly LeaseName[];
  /** Unique to this process; shown as the holder of the lease and the reporter of events. */
  identity: string;
  /** How many Rollouts, AnalysisRuns and Experiments are worked on at once, each. */
  workers: number;
}>;

/** A client, and how it is put away. */
export type ClosableClient = KubeClient & Readonly<{ close?: () => Promise<void> }>;

/** What the controllers run on. */
export type ControllerParts = Readonly<{
  /** Makes a client; one with a fence asks it before the bytes of a write leave. */
  connect: (fence?: () => boolean) => ClosableClient;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** Makes what works on AnalysisRuns; without it they are watched, and nobody measures. */
  analysisRuns?: MakeReconciler;
  random?: Random;
}>;

export type { ReadinessCheck, RunningController } from './running-controller.ts';

/** How long events may hold up a stop: they are worth less than a quick hand-over. */
const EVENTS_MAY_TAKE = seconds(1);

/**
 * Runs the controllers until stopped: watches, waits for complete stores, seeks the leases, and then works. Who does not
 * lead keeps its stores warm and writes nothing. Rejects, naming the remedy, when the cluster lacks our kinds.
 */
export async function runController(settings: ControllerSettings, parts: ControllerParts): Promise<RunningController> {
  const unfenced = parts.connect();
  const missing = await missingKinds(unfenced, settings.group, settings.namespace);
  if (missing !== undefined) {
    await unfenced.close?.();
    throw new Error(missing);
  }
  return new ControllerRun(settings, parts, unfenced);
}

class ControllerRun implements RunningController {
  readonly stores = createStores();
  readonly synced: Promise<void>;
  readonly lost: Promise<string>;
  readonly #settings: ControllerSettings;
  readonly #parts: ControllerParts;
  readonly #unfenced: ClosableClient;
  readonly #client: ClosableClient;
  readonly #recorder: EventRecorder;
  readonly #rollouts: KindController;
  readonly #runs: KindController | undefined;
  readonly #experiments: KindController;
  readonly #watches: Watches;
  readonly #tellLost: (why: string) => void;
  readonly #syncedKinds = new Set<string>();
  #leadership: Leadership | undefined;
  #restored = false;
  #stopping: Promise<void> | undefined;

  constructor(settings: ControllerSettings, parts: ControllerParts, unfenced: ClosableClient) {
    this.#settings = settings;
    this.#parts = parts;
    this.#unfenced = unfenced;
    const lost = Promise.withResolvers<string>();
    this.lost = lost.promise;
    this.#tellLost = lost.resolve;
    this.#client = parts.connect(() => !this.#restored && (this.#leadership?.mayWrite() ?? false));
    this.#recorder = recorderOf({ ...parts, client: this.#client }, settings.group, settings.identity);
    const kindParts = this.#kindParts();
    this.#rollouts = this.#createController('rollout', createRolloutReconciler, kindParts);
    this.#experiments = this.#createController('experiment', createExperimentReconciler, kindParts);
    const { analysisRuns } = parts;
    this.#runs =
      analysisRuns === undefined ? undefined : this.#createController('analysisrun', analysisRuns, kindParts);
    this.#watches = this.#startWatches();
    this.synced = this.#whenSynced();
    this.synced.then(
      () => this.#seekLeadership(),
      () => {},
    );
  }

  isLeader(): boolean {
    return this.#leadership?.isLeader() ?? false;
  }

  readiness(): readonly ReadinessCheck[] {
    return reflectorsOf(this.#watches).map(([name, reflector]) => {
      const ok = this.#syncedKinds.has(name);
      const { state } = reflector;
      const message = ok ? 'synced' : state.kind === 'Waiting' ? state.failure.message : 'the first list is under way';
      return { name: `watch-${name}`, ok, message };
    });
  }

  lastHeardAt(): Instant | undefined {
    const heard = reflectorsOf(this.#watches).flatMap(([, { lastEventAt }]) => lastEventAt ?? []);
    return heard.toSorted((a, b) => b - a)[0];
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** In this order: no new work, the writes under way, what is to be told, the watches, and only then the lease. */
  async #stop(): Promise<void> {
    const { clock, log, metrics } = this.#parts;
    log.info({}, 'stopping');
    await Promise.all([this.#rollouts.stop(), this.#runs?.stop(), this.#experiments.stop()]);
    const told = new AbortController();
    const late = sleep(clock, EVENTS_MAY_TAKE, told.signal).catch(() => {});
    await Promise.race([this.#recorder.stop(), late]);
    told.abort(new Error('told'));
    await Promise.all(reflectorsOf(this.#watches).map(([, reflector]) => reflector.stop()));
    await this.#leadership?.stop();
    metrics.leading(false);
    await Promise.all([this.#client.close?.(), this.#unfenced.close?.()]);
    log.info({}, 'stopped');
  }

  #kindParts(): KindParts {
    const { clock, log, metrics } = this.#parts;
    const { group, instanceId } = this.#settings;
    return {
      group,
      instanceId,
      stores: this.stores,
      lookup: lookupIn(this.stores, group),
      answers: new Answers((key) => this.#wakeAll(key)),
      expectations: new Expectations({ clock }),
      client: this.#client,
      clock,
      log,
      metrics,
      record: (regarding, { type, reason, note, action }) =>
        this.#recorder.record({ regarding, type, reason, note, action: action ?? reason }),
    };
  }

  /** An answer is about an object of one kind; a key of another finds nothing to do. */
  #wakeAll(key: string): void {
    this.#rollouts.wake(key);
    this.#runs?.wake(key);
    this.#experiments.wake(key);
  }

  #createController(name: ControllerName, make: MakeReconciler, kindParts: KindParts): KindController {
    const { clock, log, metrics, random } = this.#parts;
    const { workers } = this.#settings;
    const reconciler = make(kindParts);
    return createKindController({
      name,
      reconciler,
      clock,
      log,
      metrics,
      workers,
      ...(random === undefined ? {} : { random }),
    });
  }

  #startWatches(): Watches {
    const { clock, log, metrics, random } = this.#parts;
    const { group, instanceId, namespace, routeKinds = ['httproutes'] } = this.#settings;
    return startWatches({
      client: this.#client,
      clock,
      log,
      metrics,
      group,
      instanceId,
      namespace,
      routeKinds,
      stores: this.stores,
      wakeRollout: (key) => this.#rollouts.wake(key),
      wakeRun: (key) => this.#runs?.wake(key),
      wakeExperiment: (key) => this.#experiments.wake(key),
      onRolloutGone: (rollout) => this.#rollouts.gone(rollout),
      onRunGone: (run) => this.#runs?.gone(run),
      onExperimentGone: (experiment) => this.#experiments.gone(experiment),
      onRestored: (message) => this.#endRestored(message),
      ...(random === undefined ? {} : { random }),
    });
  }

  async #whenSynced(): Promise<void> {
    const waits = reflectorsOf(this.#watches).map(async ([name, reflector]) => {
      await reflector.whenSynced();
      this.#syncedKinds.add(name);
    });
    await Promise.all(waits);
  }

  #seekLeadership(): void {
    const { clock, log, random } = this.#parts;
    const { group, leases, identity } = this.#settings;
    if (this.#stopping !== undefined) return;
    log.info({ group, rollouts: this.stores.rollouts.size }, 'stores complete');
    // Leadership may begin before the call returns, so work starts once it is known to the fence.
    const began = Promise.withResolvers<void>();
    this.#leadership = seekLeadership({
      client: this.#unfenced,
      clock,
      log,
      leases,
      identity,
      onStarted: began.resolve,
      onLost: (why) => this.#lose(why),
      ...(random === undefined ? {} : { random }),
    });
    began.promise.then(
      () => this.#work(),
      () => {},
    );
  }

  #work(): void {
    const { log, metrics } = this.#parts;
    if (this.#stopping !== undefined) return;
    metrics.leading(true);
    log.info({ identity: this.#settings.identity }, 'leading');
    const { rollouts, services, analysisRuns, experiments } = this.stores;
    const routes = Object.values(ROUTE_STORES).flatMap((name) => this.stores[name].all());
    // A Rollout that went while nobody led left its name on its Services and routes: its key finds that.
    const orphaned = [...services.all().flatMap(managingRollout), ...routes.flatMap(splittingRollouts)];
    this.#rollouts.start([...new Set([...rollouts.all().map(({ metadata }) => keyOf(metadata)), ...orphaned])]);
    this.#runs?.start(analysisRuns.all().map(({ metadata }) => keyOf(metadata)));
    this.#experiments.start(experiments.all().map(({ metadata }) => keyOf(metadata)));
  }

  /**
   * What is in memory (answers, expectations, the stores of other kinds) is of a past that never was: from here on nothing
   * is written, and a new process begins with what the server has.
   */
  #endRestored(message: string): void {
    if (this.#restored) return;
    this.#restored = true;
    this.#parts.log.error({ error: message }, 'storage restored');
    this.#lose(`${message}; start anew`);
  }

  #lose(why: string): void {
    this.#parts.metrics.leading(false);
    this.#tellLost(why);
  }
}

function reflectorsOf(watches: Watches): readonly (readonly [string, Reflector])[] {
  return Object.entries(watches);
}
