import { buildBundle } from '../scripts/build.ts';
import type { ApiGroup } from '../src/api/names.ts';
import type { Rollout } from '../src/api/rollout.ts';
import { sleep, systemClock } from '../src/clock/clock.ts';
import { NAMESPACES, PODS } from '../src/emulator/steps/kinds.ts';
import type { PodTimes } from '../src/emulator/steps/pod-times.ts';
import { milliseconds, seconds } from '../src/units/duration.ts';
import { tell } from '../test/cluster/command.ts';
import { collectionOf, ownResources } from '../test/scenarios/runner/kinds.ts';
import { canary, imageOf, pause, podTemplate, rollout, setWeight } from '../test/scenarios/runner/objects.ts';
import type { Asked } from '../test/scenarios/runner/stage.ts';
import type { ControllerProcess, ServerCluster } from '../test/scenarios/runner/server/cluster.ts';
import { startServerCluster } from '../test/scenarios/runner/server/cluster.ts';
import { AuditCounter } from './audit-counts.ts';
import type { FleetFigures, PhaseFigures } from './fleet-report.ts';
import { renderFleet } from './fleet-report.ts';
import { readFigures } from './process-figures.ts';

const USAGE = `usage: npm run bench -- fleet [--count N] [--limit CALLS] [--group GROUP] [--idle SECONDS] [--json]
  --count  how many Rollouts of 5 pods each (100)
  --limit  calls a second that the controller may make, with twice that at once (100, its default)
  --group  sluice.dev (default) or argoproj.io
  --idle   how long it is watched at rest (30)
  --json   one line of JSON instead of a table`;

const GROUP_RESOURCES = { 'sluice.dev': ownResources('sluice.dev'), 'argoproj.io': ownResources('argoproj.io') };
const NAMESPACE = 'fleet';
/** The flags of the image, under the memory limit of the chart: 70 % of 512 MiB. */
const AS_IN_THE_IMAGE = ['--max-old-space-size=358', '--max-semi-space-size=4'];
/** What people write at once: a pipeline that applies many manifests. */
const PEOPLE = 16;
const LATEST = seconds(1800);
const STEPS = [setWeight(20), pause(3), setWeight(60), pause(3)];
const AT_ONCE = { from: milliseconds(0), to: milliseconds(0) };
/** Pods are there at once, as fake ones are: what is measured is the controller. */
const INSTANT_PODS: PodTimes = { seed: 1, scheduling: AT_ONCE, starting: AT_ONCE, probing: AT_ONCE, removing: AT_ONCE };

type Wanted = Readonly<{ count: number; limit: number; group: ApiGroup; idle: number }>;

/** Measures a fleet of Rollouts on a real API server: created, updated all at once, at rest. */
export async function benchFleet(options: readonly string[]): Promise<void> {
  if (options.includes('--help')) return tell(USAGE);
  const given = (name: string, otherwise: string): string =>
    options.includes(name) ? (options[options.indexOf(name) + 1] ?? otherwise) : otherwise;
  const wanted: Wanted = {
    count: Number(given('--count', '100')),
    limit: Number(given('--limit', '100')),
    group: given('--group', 'sluice.dev') as ApiGroup,
    idle: Number(given('--idle', '30')),
  };
  const bundle = await buildBundle();
  const watched = [...GROUP_RESOURCES[wanted.group], PODS];
  const cluster = await startServerCluster({ podTimes: INSTANT_PODS, watched });
  try {
    const limits = ['--requests-per-second', String(wanted.limit), '--burst', String(wanted.limit * 2)];
    const controller = await cluster.startController(wanted.group, bundle, limits, AS_IN_THE_IMAGE);
    const figures = await measure(cluster, controller, wanted);
    process.stdout.write(options.includes('--json') ? `${JSON.stringify(figures)}\n` : renderFleet(figures));
    await controller.stop();
  } finally {
    await cluster.stop();
  }
}

async function measure(cluster: ServerCluster, controller: ControllerProcess, wanted: Wanted): Promise<FleetFigures> {
  const { count, limit, group, idle } = wanted;
  const audit = new AuditCounter(cluster.plane.auditLogPath, 'sluice/');
  await cluster.person.ask({
    method: 'POST',
    path: collectionOf(NAMESPACES, ''),
    body: { metadata: { name: NAMESPACE } },
  });
  await audit.take();
  const start = await readFigures(controller.pid);
  const numbers = Array.from({ length: count }, (_, index) => index);
  const resource = GROUP_RESOURCES[group][0];
  if (resource === undefined) throw new Error('there is no kind Rollout');
  const collection = collectionOf(resource, NAMESPACE);
  const phase = async (version: string, askedFor: (number: number) => Asked): Promise<PhaseFigures> => {
    const before = await readFigures(controller.pid);
    const began = performance.now();
    await byMany(numbers, async (number) => {
      const { status, body } = await cluster.person.ask(askedFor(number));
      if (status >= 300) throw new Error(`${number}: ${JSON.stringify(body)}`);
    });
    await untilAllHealthy(cluster, group, count, version);
    const took = (performance.now() - began) / 1000;
    const after = await readFigures(controller.pid);
    // What is told of the last ones is still on its way.
    await sleep(systemClock(), seconds(10));
    return { seconds: took, calls: await audit.take(), cpuSeconds: after.cpuSeconds - before.cpuSeconds };
  };
  const create = await phase('v1', (number) => ({ method: 'POST', path: collection, body: manifest(group, number) }));
  tell(`${count} Rollouts are Healthy after ${create.seconds.toFixed(1)} s`);
  const update = await phase('v2', (number) => ({
    method: 'PATCH',
    path: `${collection}/${nameOf(number)}`,
    contentType: 'application/json-patch+json',
    body: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: imageOf('v2') }],
  }));
  tell(`all are updated after ${update.seconds.toFixed(1)} s`);
  const before = await readFigures(controller.pid);
  await sleep(systemClock(), seconds(idle));
  const end = await readFigures(controller.pid);
  const atRest = { seconds: idle, calls: await audit.take(), cpuSeconds: end.cpuSeconds - before.cpuSeconds };
  return { count, limit, group, create, update, atRest, rss: { start: start.rss, end: end.rss, peak: end.rssPeak } };
}

const nameOf = (number: number): string => `web-${number}`;

function manifest(group: ApiGroup, number: number): object {
  const name = nameOf(number);
  const template = podTemplate('v1', name) as Readonly<{ spec: object }>;
  // Pods have their node from the beginning: a scheduler would be measured too.
  const placed = { ...template, spec: { ...template.spec, nodeName: `fake-${(number % 2) + 1}` } };
  const made = rollout(canary(STEPS, { maxSurge: 1, maxUnavailable: 0 }), { template: placed }, name);
  return { ...made, apiVersion: `${group}/v1alpha1`, metadata: { ...made.metadata, namespace: NAMESPACE } };
}

async function byMany(numbers: readonly number[], act: (number: number) => Promise<void>): Promise<void> {
  const waiting = [...numbers];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: PEOPLE }, work));
}

async function untilAllHealthy(
  { mirror, clock }: ServerCluster,
  group: ApiGroup,
  count: number,
  version: string,
): Promise<void> {
  const resource = GROUP_RESOURCES[group][0];
  if (resource === undefined) throw new Error('there is no kind Rollout');
  const end = clock.now() + LATEST;
  for (;;) {
    const rollouts = mirror.view.list(resource, NAMESPACE) as readonly Rollout[];
    const done = rollouts.filter((one) => isHealthyOn(one, version)).length;
    if (done === count) return;
    if (clock.now() > end)
      throw new Error(`after ${LATEST / 1000} s only ${done} of ${count} are Healthy on ${version}`);
    await sleep(clock, milliseconds(50));
  }
}

function isHealthyOn({ metadata, spec, status }: Rollout, version: string): boolean {
  const containers = (spec.template as Readonly<{ spec?: { containers?: readonly { image?: string }[] } }> | undefined)
    ?.spec?.containers;
  return (
    status?.phase === 'Healthy' &&
    Number(status.observedGeneration) === metadata.generation &&
    status.currentPodHash === status.stableRS &&
    containers?.[0]?.image === imageOf(version)
  );
}
