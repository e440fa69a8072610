import { expect, test } from 'vitest';
import { createApiServer } from '../../src/emulator/api-server.ts';
import type { EmbeddedCluster } from '../../src/emulator/embedded-cluster.ts';
import { drawnDelay, startEmbeddedCluster } from '../../src/emulator/embedded-cluster.ts';
import { seededRandom } from '../../src/emulator/random.ts';
import { DEPLOYMENTS, GATEWAYS, getOf, listOf, NODES, PODS } from '../../src/emulator/steps/kinds.ts';
import { isReady } from '../../src/emulator/steps/pod-facts.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import type { VirtualClock } from '../kube/virtual-clock.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';
import { sequence } from './api-rig.ts';
import { replicaSet } from './rig.ts';

type World = Readonly<{ clock: VirtualClock; server: ReturnType<typeof createApiServer>; cluster: EmbeddedCluster }>;

function startWorld(seed = 1): World {
  const clock = createVirtualClock();
  const server = createApiServer({ clock, random: sequence(seed) });
  const delay = drawnDelay(seededRandom(seed), { from: milliseconds(5), to: milliseconds(200) });
  return { clock, server, cluster: startEmbeddedCluster({ server, clock, delay }) };
}

function deploy({ server }: World): void {
  const { spec } = replicaSet(4);
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
  const answer = server.handle({ method: 'POST', path: '/apis/apps/v1/namespaces/default/deployments', body });
  expect(answer.status).toBe(201);
}

test('an API server becomes a cluster: nodes, Gateways, and Deployments that run', async () => {
  const world = startWorld();
  deploy(world);
  await world.clock.advance(seconds(15));
  const { view } = world.server;
  expect(listOf(view, NODES).map(({ metadata }) => metadata.name)).toEqual(['node-1', 'node-2', 'node-3']);
  expect(listOf(view, PODS).map(isReady)).toEqual([true, true, true, true]);
  expect(getOf(view, DEPLOYMENTS, 'default', 'web')?.status).toMatchObject({ availableReplicas: 4 });
  expect(world.server.handle({ method: 'GET', path: '/apis/gateway.networking.k8s.io/v1/gateways' }).status).toBe(200);
  expect(listOf(view, GATEWAYS)).toEqual([]);
});

test('a namespace takes all that is in it along, and goes when the last pod has ended', async () => {
  const world = startWorld();
  const { server, clock } = world;
  deploy(world);
  await clock.advance(seconds(15));
  server.handle({ method: 'DELETE', path: '/api/v1/namespaces/default' });
  await clock.advance(seconds(1));
  expect(server.handle({ method: 'GET', path: '/api/v1/namespaces/default' }).body).toMatchObject({
    status: { phase: 'Terminating' },
  });
  await clock.advance(seconds(40));
  expect(server.handle({ method: 'GET', path: '/api/v1/namespaces/default' }).status).toBe(404);
  expect(listOf(server.view, PODS)).toEqual([]);
});

test('the same seed gives the same cluster, write for write', async () => {
  const logs = await Promise.all(
    [7, 7].map(async (seed) => {
      const world = startWorld(seed);
      const log: string[] = [];
      world.server.onChange((_resource, object) => log.push(`${world.clock.now()} ${JSON.stringify(object)}`));
      deploy(world);
      await world.clock.advance(seconds(30));
      return log;
    }),
  );
  expect(logs[0]?.length).toBeGreaterThan(25);
  expect(logs[0]).toEqual(logs[1]);
});

test('stopped and started again over what is stored it goes on where it was, and leaves no timer', async () => {
  const { clock, server, cluster } = startWorld();
  deploy({ clock, server, cluster });
  await clock.advance(milliseconds(900));
  cluster.stop();
  expect(clock.pending).toBe(0);
  await clock.advance(seconds(60));
  expect(listOf(server.view, PODS).filter(isReady)).toEqual([]);
  startEmbeddedCluster({ server, clock });
  await clock.advance(seconds(15));
  expect(listOf(server.view, PODS).map(isReady)).toEqual([true, true, true, true]);
});
