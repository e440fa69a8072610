import type { Clock } from '../clock/clock.ts';
import { ownKinds } from '../controllers/world.ts';
import type { ApiServer } from '../emulator/api-server.ts';
import { createApiServer } from '../emulator/api-server.ts';
import { drawnDelay, startEmbeddedCluster } from '../emulator/embedded-cluster.ts';
import { applicationOfPod } from '../emulator/pod-application.ts';
import { EmulatedPrometheus } from '../emulator/prometheus.ts';
import type { StreamReport } from '../emulator/proxies/outcomes.ts';
import { ProxyFleet } from '../emulator/proxy-fleet.ts';
import { runProxies } from '../emulator/run-proxies.ts';
import type { Range } from '../emulator/steps/pod-times.ts';
import { usualPodTimes } from '../emulator/steps/pod-times.ts';
import type { KubeObject } from '../kube/resource.ts';
import { milliseconds } from '../units/duration.ts';
import { autoscalerOf, budgetOf, busyPods } from './autoscaling.ts';
import { LOST_NODE } from './disasters.ts';
import { GATEWAY, HOST, PLACE, surroundingsOf } from './manifests.ts';
import { create } from './people.ts';
import type { Draws } from './random.ts';
import type { WorldPlan } from './world-plan.ts';

/** The cluster of a world, with its users. */
export type WorldCluster = Readonly<{
  server: ApiServer;
  fleet: ProxyFleet;
  prometheus: EmulatedPrometheus;
  /** Requests a second that users send now. */
  rate: () => number;
  /** From now on they send so many. */
  send: (rate: number) => void;
  /** What became of the users' requests. */
  users: StreamReport;
  /** Carries the traffic up to now. */
  catchUp(): void;
  stop(): void;
}>;

/** Kinds of ours that own others, for the collection of garbage. */
const RESOURCES = Object.values(ownKinds('sluice.dev'));
/** The users' requests go by this name. */
const USERS = 'users';

/** A cluster with our kinds installed, the Rollout's surroundings, and no request yet. */
export function startCluster(clock: Clock, plan: WorldPlan, draws: Draws, crds: readonly KubeObject[]): WorldCluster {
  const { lags } = plan;
  const names = draws.fork('server');
  let rate = 0;
  // Nobody here applies server-side, so nobody reads who owns which field.
  const server = createApiServer({ clock, random: () => names.next(), tracksFields: false });
  const podTimes = { ...usualPodTimes, seed: plan.seed, starting: upTo(100, lags.pods) };
  const delay = drawnDelay(draws.fork('controllers'), upTo(1, lags.controllers));
  const controllers = startEmbeddedCluster({
    server,
    clock,
    nodes: nodesOf(plan),
    podTimes,
    delay,
    resources: RESOURCES,
    ...(plan.autoscaler === undefined ? {} : { utilisation: busyPods(plan.autoscaler, () => rate) }),
  });
  for (const crd of crds) create(server, crd);
  for (const name of [PLACE.namespace, 'sluice-system', GATEWAY.metadata.namespace]) {
    create(server, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  for (const object of [GATEWAY, ...surroundingsOf(plan.rollout)]) create(server, object);
  if (plan.autoscaler !== undefined) create(server, autoscalerOf(plan.autoscaler));
  if (plan.budget !== undefined) create(server, budgetOf(plan.budget));
  const fleet = new ProxyFleet({
    proxies: plan.proxies,
    delay: { least: milliseconds(1), most: milliseconds(Math.max(2, lags.proxies)) },
    seed: plan.seed,
    applicationOf: applicationOfPod,
  });
  const prometheus = new EmulatedPrometheus({ seed: plan.seed });
  const proxies = runProxies(server, clock, fleet, prometheus);
  const users = fleet.send({ name: USERS, rate: 0, to: { kind: 'Host', host: HOST } });
  return {
    server,
    fleet,
    prometheus,
    users,
    rate: () => rate,
    send(wanted) {
      rate = wanted;
      proxies.catchUp();
      fleet.send({ name: USERS, rate, to: { kind: 'Host', host: HOST } });
    },
    catchUp: () => proxies.catchUp(),
    stop() {
      controllers.stop();
      proxies.stop();
    },
  };
}

/** Two nodes where one of them is lost. */
function nodesOf({ happenings }: WorldPlan): readonly string[] {
  return happenings.some(({ kind }) => kind === 'LoseNode' || kind === 'DrainNode')
    ? ['node-1', LOST_NODE]
    : ['node-1'];
}

function upTo(from: number, most: number): Range {
  return { from: milliseconds(from), to: milliseconds(Math.max(from, most)) };
}
