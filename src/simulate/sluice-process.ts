import type { Clock } from '../clock/clock.ts';
import { analysisRunReconciler } from '../controllers/analysis-run-controller.ts';
import type { RunningController } from '../controllers/run-controller.ts';
import { runController } from '../controllers/run-controller.ts';
import type { ApiServer } from '../emulator/api-server.ts';
import type { Call } from '../emulator/call.ts';
import { inProcessClient } from '../emulator/in-process-client.ts';
import type { EmulatedPrometheus } from '../emulator/prometheus.ts';
import type { Fields, Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds } from '../units/duration.ts';
import type { CallBook } from './call-faults.ts';
import { callHooks } from './call-faults.ts';
import { PROMETHEUS } from './manifests.ts';
import { createProcessClock } from './process-clock.ts';
import type { Draws } from './random.ts';
import { withStaleStart } from './stale-start.ts';
import { withWatchFaults } from './watch-faults.ts';
import { worldFetcher } from './world-fetcher.ts';
import type { WorldPlan } from './world-plan.ts';

/** What a process runs in. */
export type Surroundings = Readonly<{
  server: ApiServer;
  prometheus: EmulatedPrometheus;
  clock: Clock;
  /** By how many milliseconds the wall clock of its node is ahead of the world's. */
  ahead: () => number;
  plan: WorldPlan;
  book: CallBook;
  draws: Draws;
  metrics: Metrics;
  /** Called before and after each call of a process is carried out. */
  onReach: (call: Call) => void;
  onDone: (call: Call, status: number) => void;
  /** A line of its log. */
  onLine: (level: 'info' | 'warn' | 'error', fields: Fields, message: string) => void;
  /** The process has ended: crashed, or without its lease. */
  onEnded: (why: string) => void;
}>;

/** Our controller as one process of a simulated world. */
export interface SluiceProcess {
  /** SIGKILL: nothing that it still waits for ever comes. */
  kill(): void;
  /** Its event loop stands still for so long. */
  stall(length: Milliseconds): void;
  /** SIGTERM: resolves when it has stopped. */
  stop(): Promise<void>;
  readonly alive: boolean;
  /** It holds the lease, as far as it knows. */
  readonly leads: boolean;
}

/** Starts a process; `number` tells processes of one world apart. */
export function startProcess(around: Surroundings, number: number): SluiceProcess {
  const { server, plan, book, draws, prometheus } = around;
  const clock = createProcessClock(around.clock, around.ahead);
  const random = draws.fork(`process-${number}`);
  let running: RunningController | undefined;
  let stopping = false;
  const end = (why: string): void => {
    if (clock.killed) return;
    clock.kill();
    around.onEnded(why);
  };
  const hooks = callHooks({
    plan,
    book,
    dead: () => clock.killed,
    crash: (why) => end(`crashed ${why}`),
    onReach: around.onReach,
    onDone: around.onDone,
    now: () => around.clock.now(),
    latency: () => milliseconds(random.whole(1, Math.max(1, plan.lags.api))),
  });
  const watchLatency = (): Milliseconds => milliseconds(random.whole(1, Math.max(1, plan.lags.watch)));
  const start = async (): Promise<void> => {
    try {
      running = await runController(settingsOf(number), partsOf());
      running.synced.catch(() => {});
      end(`lost its lease: ${await running.lost}`);
    } catch (error) {
      end(`could not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const partsOf = (): Parameters<typeof runController>[1] => ({
    connect: (fence) => {
      const options = { clock, userAgent: 'sluice/simulated', ...hooks, watchLatency };
      const client = inProcessClient(server, fence === undefined ? options : { ...options, fence });
      const stale = plan.staleStarts?.find(({ process }) => process === number);
      const served = stale === undefined ? client : withStaleStart(client, server, clock, stale);
      return withWatchFaults(served, clock, plan, book);
    },
    clock,
    log: logOf(around, () => clock.killed),
    metrics: around.metrics,
    analysisRuns: analysisRunReconciler({
      policy: () => ({ origins: [PROMETHEUS], clusterServices: true, apiServerHosts: [], ownPorts: [] }),
      provider: () => ({ prometheusAddress: PROMETHEUS }),
      fetcher: () => worldFetcher(prometheus, clock),
    }),
    random: () => random.next(),
  });
  void start();
  return {
    kill: () => clock.kill(),
    stall: (length) => clock.stall(length),
    async stop() {
      stopping = true;
      await running?.stop();
      clock.kill();
    },
    get alive() {
      return !clock.killed && !stopping;
    },
    get leads() {
      return !clock.killed && running?.isLeader() === true;
    },
  };
}

function settingsOf(number: number): Parameters<typeof runController>[0] {
  return {
    group: 'sluice.dev',
    instanceId: '',
    namespace: undefined,
    leases: [{ namespace: 'sluice-system', name: 'sluice' }],
    identity: `sluice-${number}`,
    workers: 2,
  };
}

function logOf({ onLine }: Surroundings, dead: () => boolean): Logger {
  const at = (level: 'info' | 'warn' | 'error') => (fields: Fields, message: string) => {
    if (!dead()) onLine(level, fields, message);
  };
  return { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') };
}
