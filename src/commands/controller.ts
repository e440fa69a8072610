import { hostname } from 'node:os';
import { readFileSync } from 'node:fs';
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/clock.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { analysisRunReconciler } from '../controllers/analysis-run-controller.ts';
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
import { readBuild } from './version.ts';

/** A pod's termination must never wait for us longer than this. */
const STOP_WITHIN = seconds(5);

/** Flags that were given, by key of the configuration, and the path of its file. */
export type ControllerFlags = Readonly<{ config: string | undefined; values: Readonly<Record<string, string>> }>;

/** Runs the controller until a signal; resolves with the exit code. */
export async function runControllerCommand(flags: ControllerFlags): Promise<number> {
  const loaded = loadConfig({
    file: flags.config === undefined ? undefined : readFileSync(flags.config, 'utf8'),
    environment: process.env,
    flags: flags.values,
  });
  if (!loaded.ok) {
    for (const error of loaded.errors) process.stderr.write(`sluice: ${error}\n`);
    return 2;
  }
  const { config } = loaded;
  const build = readBuild();
  const clock = systemClock();
  const log = createLogger(config.logLevel, { version: build.version });
  const metrics = createMetrics({ version: build.version, commit: build.commit });
  log.info({ ...build, apiGroup: config.apiGroup, namespace: config.namespace ?? '' }, 'starting');
  if (config.apiGroup === 'argoproj.io') {
    log.warn({}, 'the takeover group serves new Rollouts only in this version; do not start it beside running ones');
  }
  // A defect that nobody catches must not leave a process that leads and does nothing.
  process.on('uncaughtException', (error) => {
    log.error({ error: error.message, stack: error.stack }, 'uncaught');
    process.exit(1);
  });
  try {
    return await serve(config, clock, log, metrics);
  } catch (error) {
    log.error({ error: error instanceof Error ? error.message : String(error) }, 'cannot start');
    return 1;
  }
}

async function serve(config: Config, clock: Clock, log: Logger, metrics: Metrics): Promise<number> {
  const stopAsked = whenAsked();
  const loop = watchEventLoop(clock);
  let controller: RunningController | undefined;
  const starting = [{ name: 'controller', ok: false, message: 'starting' }];
  const listening = await serveHttp(config.metricsAddress, {
    '/healthz': (verbose) => renderChecks([loop.check()], verbose),
    '/readyz': (verbose) => renderChecks(controller?.readiness() ?? starting, verbose),
    '/metrics': async () => {
      const { contentType, text } = await metrics.expose();
      return { status: 200, contentType, text };
    },
  });
  log.info({ port: listening.port }, 'listening');
  controller = await start(config, clock, log, metrics);
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

async function start(config: Config, clock: Clock, log: Logger, metrics: Metrics): Promise<RunningController> {
  const connection = loadConnection({ clock, kubeconfig: config.kubeconfig });
  const identity = process.env['POD_NAME'] ?? `${hostname()}-${process.pid}`;
  const origins = [
    ...config.allowedOrigins,
    ...(config.prometheusAddress === undefined ? [] : [config.prometheusAddress]),
  ];
  return runController(
    {
      group: config.apiGroup,
      instanceId: config.instanceId,
      namespace: config.namespace,
      leases: config.leaderElection ? leasesOf(config) : [],
      identity,
      workers: config.workers,
    },
    {
      connect: (fence) => connect(config, clock, connection, metrics, fence),
      clock,
      log,
      metrics,
      analysisRuns: analysisRunReconciler({
        policy: { origins, clusterServices: true },
        provider: { prometheusAddress: config.prometheusAddress },
        onMeasured: (outcome, took) => metrics.measured(outcome, took / 1000),
      }),
    },
  );
}

function leasesOf({ apiGroup, leaseName, leaseNamespace }: Config): { namespace: string; name: string }[] {
  const own = { namespace: leaseNamespace, name: leaseName };
  // Argo's controller holds this one: two controllers must never serve one object.
  return apiGroup === 'argoproj.io'
    ? [own, { namespace: leaseNamespace, name: 'argo-rollouts-controller-lock' }]
    : [own];
}

function connect(
  config: Config,
  clock: Clock,
  connection: Connection,
  metrics: Metrics,
  fence: (() => boolean) | undefined,
): ReturnType<typeof createHttpClient> {
  return createHttpClient({
    connection,
    clock,
    userAgent: `sluice/${readBuild().version}`,
    requestsPerSecond: config.requestsPerSecond,
    burst: config.burst,
    onRequest: ({ verb, plural, status }) => metrics.apiCall(verb, plural, String(status)),
    ...(fence === undefined ? {} : { fence }),
  });
}
