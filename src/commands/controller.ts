import { hostname } from 'node:os';
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/clock.ts';
import type { Places } from '../config/reload.ts';
import { readConfig } from '../config/reload.ts';
import type { Config } from '../config/schema.ts';
import { analysisRunReconciler } from '../controllers/analysis-run-controller.ts';
import { ARGO_LEASE } from '../controllers/leadership.ts';
import type { RunningController } from '../controllers/run-controller.ts';
import { runController } from '../controllers/run-controller.ts';
import type { Connection } from '../kube/connection.ts';
import { loadConnection } from '../kube/connection.ts';
import { createHttpClient } from '../kube/http-client.ts';
import { renderChecks, watchEventLoop } from '../server/health.ts';
import type { Listening } from '../server/http-server.ts';
import { serveHttp } from '../server/http-server.ts';
import type { Logger } from '../telemetry/log.ts';
import { createLogger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { seconds } from '../units/duration.ts';
import type { LiveConfig } from './live-config.ts';
import { keepConfig } from './live-config.ts';
import { readBuild } from './version.ts';

/** A pod's termination must never wait for us longer than 5 s: what is not done by then is given up. */
const STOP_WITHIN = seconds(4);

/** Flags that were given, by key of the configuration, and the path of its file. */
export type ControllerFlags = Readonly<{ config: string | undefined; values: Readonly<Record<string, string>> }>;

/** Where a command reads its configuration from. */
export function placesOf(flags: ControllerFlags): Places {
  return { file: flags.config, dotEnv: '.env', environment: process.env, flags: flags.values };
}

/** Runs the controller until a signal; resolves with the exit code. */
export async function runControllerCommand(flags: ControllerFlags): Promise<number> {
  const places = placesOf(flags);
  const loaded = readConfig(places);
  if (!loaded.ok) {
    for (const error of loaded.errors) process.stderr.write(`sluice: ${error}\n`);
    return 2;
  }
  const { config } = loaded;
  const build = readBuild();
  const clock = systemClock();
  const log = createLogger(config.logLevel, { version: build.version });
  const metrics = createMetrics({ version: build.version, commit: build.commit });
  const { commit, builtAt } = build;
  log.info({ commit, builtAt, apiGroup: config.apiGroup, namespace: config.namespace ?? '' }, 'starting');
  // A defect that nobody catches must not leave a process that leads and does nothing.
  process.on('uncaughtException', (error) => {
    log.error({ error: error.message, stack: error.stack }, 'uncaught');
    process.exit(1);
  });
  const live = keepConfig(config, places, { clock, log, metrics });
  process.on('SIGHUP', live.reload);
  try {
    return await serve(config, live, { clock, log, metrics });
  } catch (error) {
    log.error({ error: error instanceof Error ? error.message : String(error) }, 'cannot start');
    // The probes are served by then: they would keep a process alive that does nothing, and nobody would start it anew.
    process.exit(1);
  } finally {
    live.stop();
  }
}

/** What everything here tells by, and reads the time from. */
type Parts = Readonly<{ clock: Clock; log: Logger; metrics: Metrics }>;

async function serve(config: Config, live: LiveConfig, parts: Parts): Promise<number> {
  const { clock, log, metrics } = parts;
  const stopAsked = whenAsked();
  const loop = watchEventLoop(clock);
  let controller: RunningController | undefined;
  const notYet = [{ name: 'controller', ok: false, message: 'starting' }];
  const listening = await serveHttp(config.metricsAddress, {
    '/healthz': (verbose) => renderChecks([loop.check()], verbose),
    '/readyz': (verbose) => renderChecks(controller?.readiness() ?? notYet, verbose),
    '/metrics': async () => {
      const { contentType, text } = await metrics.expose();
      return { status: 200, contentType, text };
    },
  });
  log.info({ port: listening.port }, 'listening');
  const starting = start(config, live, listening.port, parts);
  const early = await Promise.race([stopAsked, starting.then(() => undefined)]);
  // An API server that does not answer keeps the start waiting. Nothing was written yet, so there is nothing to finish.
  if (early !== undefined) {
    log.info({ why: early.why }, 'ending before the start');
    process.exit(early.code);
  }
  controller = await starting;
  const ended = await Promise.race([stopAsked, controller.lost.then((why) => ({ code: 1, why }))]);
  log.info({ why: ended.why }, 'ending');
  return stop(clock, log, controller, listening, loop, ended.code);
}

/** Resolves at the first SIGTERM or SIGINT. */
function whenAsked(): Promise<Readonly<{ code: number; why: string }>> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve({ code: 0, why: signal }));
  });
}

async function stop(
  clock: Clock,
  log: Logger,
  controller: RunningController,
  listening: Listening,
  loop: Readonly<{ stop(): void }>,
  code: number,
): Promise<number> {
  const deadline = clock.schedule(STOP_WITHIN, () => {
    log.error({}, 'not stopped in time');
    process.exit(1);
  });
  await controller.stop();
  await listening.close();
  loop.stop();
  deadline.cancel();
  return code;
}

async function start(config: Config, live: LiveConfig, port: number, parts: Parts): Promise<RunningController> {
  const { clock, log, metrics } = parts;
  const connection = loadConnection({ clock, kubeconfig: config.kubeconfig });
  const identity = process.env['POD_NAME'] ?? `${hostname()}-${process.pid}`;
  const refused = { apiServerHosts: apiServerHosts(connection), ownPorts: [port] };
  return runController(
    {
      group: config.apiGroup,
      instanceId: config.instanceId,
      namespace: config.namespace,
      routeKinds: config.routeKinds,
      leases: config.leaderElection ? leasesOf(config) : [],
      identity,
      workers: config.workers,
    },
    {
      connect: (fence) => connect(live, clock, connection, metrics, fence),
      clock,
      log,
      metrics,
      analysisRuns: analysisRunReconciler({
        policy: () => live.policy(refused),
        provider: live.provider,
        controllerNamespace: config.leaseNamespace,
        jobs: live.jobs,
        onMeasured: (outcome, took) => metrics.measured(outcome, took / 1000),
        onPolicyWarning: (policy) => metrics.policyWarned(policy),
      }),
    },
  );
}

/** The names and addresses of the API server: as we reach it, and as pods of its cluster do. */
function apiServerHosts({ server }: Connection): readonly string[] {
  const inCluster = process.env['KUBERNETES_SERVICE_HOST'];
  return [new URL(server).hostname.replace(/^\[|\]$/g, ''), ...(inCluster === undefined ? [] : [inCluster])];
}

function leasesOf({ apiGroup, leaseName, leaseNamespace }: Config): { namespace: string; name: string }[] {
  const own = { namespace: leaseNamespace, name: leaseName };
  // Argo's controller holds this one: two controllers must never serve one object.
  return apiGroup === 'argoproj.io' ? [own, { namespace: leaseNamespace, name: ARGO_LEASE }] : [own];
}

function connect(
  live: LiveConfig,
  clock: Clock,
  connection: Connection,
  metrics: Metrics,
  fence: (() => boolean) | undefined,
): ReturnType<typeof createHttpClient> {
  return createHttpClient({
    connection,
    clock,
    userAgent: `sluice/${readBuild().version}`,
    limit: live.limit,
    onRequest: ({ verb, plural, status }) => metrics.apiCall(verb, plural, String(status)),
    ...(fence === undefined ? {} : { fence }),
  });
}
