import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { createApiServer } from '../../src/emulator/api-server.ts';
import { clusterSteps } from '../../src/emulator/cluster-steps.ts';
import { runSteps } from '../../src/emulator/run-steps.ts';
import { getOf, PODS } from '../../src/emulator/steps/kinds.ts';
import type { Pod } from '../../src/emulator/steps/pod-shape.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { formatInstant } from '../../src/units/instant.ts';
import { findBinary } from '../cluster/binaries.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';
import { sequence } from './api-rig.ts';
import type { NodelessCluster } from './controllers-scenario.ts';
import { STAGES, told } from './controllers-scenario.ts';

/** Pods are not ours alone here: a scheduler and kubelets of the emulator would be ahead of the scenario. */
const NODE_STEPS = ['scheduling', 'pod-life', 'pod-removal'];

let plane: ControlPlane;
let controllers: ChildProcess;

beforeAll(async () => {
  plane = await startControlPlane();
  const flags = ['--leader-elect=false', '--secure-port=0', '--authentication-skip-lookup=true', '--profiling=false'];
  const binary = await findBinary('kube-controller-manager');
  controllers = spawn(binary, ['--kubeconfig', plane.kubeconfigPath, ...flags], { stdio: 'ignore' });
});

afterAll(async () => {
  controllers.kill();
  await plane.stop();
});

/** The real API server, with the real controllers on it. */
function realCluster(): NodelessCluster {
  const ca = readFileSync(plane.caPath);
  const clock = systemClock();
  const ask = (method: string, path: string, body?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
      const headers = { authorization: `Bearer ${plane.token}`, 'content-type': type };
      const sent = request(`${plane.url}${path}`, { method, ca, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        answer.on('end', () => {
          if ((answer.statusCode ?? 500) < 400) resolve(JSON.parse(text));
          else reject(new Error(`${method} ${path}: ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    ask,
    async bind(pod, name) {
      const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod }, target: { kind: 'Node', name } };
      await ask('POST', `/api/v1/namespaces/default/pods/${pod}/binding`, binding);
    },
    now: () => formatInstant(clock.now()),
  };
}

/** The emulated API server and controllers, on a clock of their own. */
function emulatedCluster(): NodelessCluster & Readonly<{ pass(): Promise<void> }> {
  const clock = createVirtualClock();
  const server = createApiServer({ clock, random: sequence() });
  const steps = clusterSteps().filter(({ name }) => !NODE_STEPS.includes(name));
  runSteps(server, clock, steps, { delay: () => milliseconds(50) });
  return {
    ask(method, path, body) {
      const contentType = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
      const answer = server.handle({ method, path, body, contentType });
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
      return Promise.resolve(answer.body);
    },
    bind(name, nodeName) {
      const pod = getOf(server.view, PODS, 'default', name);
      if (pod === undefined) throw new Error(`there is no pod ${name}`);
      const bound: Pod = { ...pod, spec: { ...pod.spec, nodeName } };
      server.write({
        kind: 'Replace',
        resource: PODS,
        object: bound,
      });
      return Promise.resolve();
    },
    now: () => formatInstant(clock.now()),
    pass: () => clock.advance(seconds(5)),
  };
}

test('the emulated controllers come to what the real ones come to, stage by stage', async () => {
  const emulated = emulatedCluster();
  const real = realCluster();
  for (const { name, act } of STAGES) {
    await act(emulated);
    await emulated.pass();
    await act(real);
    const wanted = await told(emulated);
    await expect.poll(() => told(real), { timeout: 20_000, interval: 200, message: name }).toEqual(wanted);
  }
});
