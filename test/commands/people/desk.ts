import { onTestFinished } from 'vitest';
import type { ApiGroup } from '../../../src/api/names.ts';
import { HASH_LABEL, REVISION } from '../../../src/api/names.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import type { Clock } from '../../../src/clock/clock.ts';
import { systemClock } from '../../../src/clock/clock.ts';
import { readCrds } from '../../../src/commands/demo/read-crds.ts';
import { writeKubeconfig } from '../../../src/commands/demo/kubeconfig.ts';
import { createProgram } from '../../../src/commands/program.ts';
import { createApiServer } from '../../../src/emulator/api-server.ts';
import { listenHttp } from '../../../src/emulator/http-listener.ts';
import { sequence } from '../../emulator/api-rig.ts';

/** What a command printed, and how it ended. */
export type Ran = Readonly<{ out: string; err: string; code: number | undefined }>;

/** An emulated cluster behind a port, and the command line in front of it. */
export type Desk = Readonly<{
  /** Runs a command as it is typed; in namespace `shop`. */
  sluice(line: string): Promise<Ran>;
  /** The object at a path. */
  read(path: string): unknown;
  /** Writes as somebody else: an object, a merge patch. */
  post(path: string, body: unknown): void;
  merge(path: string, body: unknown): void;
  remove(path: string): void;
  kubeconfig: string;
  clock: ReturnType<typeof systemClock>;
}>;

/** Path of the Rollouts of namespace `shop` in a group. */
export const rolloutsPath = (group: ApiGroup = 'sluice.dev'): string =>
  `/apis/${group}/v1alpha1/namespaces/shop/rollouts`;

/** Opens a cluster that knows the kinds of these groups. */
export async function openDesk(groups: readonly ApiGroup[] = ['sluice.dev']): Promise<Desk> {
  const clock = systemClock();
  const server = createApiServer({ clock, random: sequence() });
  const write = (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): void => {
    const contentType = method === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {};
    const answer = server.handle({ method, path, body, ...contentType });
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  };
  for (const crd of groups.flatMap((group) => readCrds(group))) {
    write('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
  }
  write('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const listener = await listenHttp(server, { port: 0 });
  const file = writeKubeconfig(listener.address, 'shop');
  onTestFinished(async () => {
    file.remove();
    await listener.close();
  });
  return {
    clock,
    kubeconfig: file.path,
    read: (path) => server.handle({ method: 'GET', path }).body,
    post: (path, body) => write('POST', path, body),
    merge: (path, body) => write('PATCH', path, body),
    remove: (path) => write('DELETE', path),
    sluice: (line) => runSluice(line, ['--kubeconfig', file.path], clock),
  };
}

/** Runs `sluice` with the words of a line, and further flags, and tells what it said. */
export async function runSluice(line: string, flags: readonly string[], clock: Clock): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  let code: number | undefined;
  const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const program = createProgram(
    (given) => {
      code = given;
    },
    { terminal, clock },
  );
  await program.parseAsync(['node', 'sluice', ...line.split(' '), ...flags]);
  return { out: out.join('\n'), err: err.join('\n'), code };
}

const labels = { app: 'web' };
const steps = [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }];

/** Puts a Rollout with two revisions and a status there. */
export function putRollout(
  desk: Desk,
  status: RolloutStatus,
  { group = 'sluice.dev', spec = {} }: Readonly<{ group?: ApiGroup; spec?: object }> = {},
): void {
  const template = (version: string, hash?: string) => ({
    metadata: { labels: hash === undefined ? labels : { ...labels, [HASH_LABEL]: hash } },
    spec: { containers: [{ name: 'web', image: `docker.io/example/web:${version}` }] },
  });
  desk.post(rolloutsPath(group), {
    apiVersion: `${group}/v1alpha1`,
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: {
      replicas: 4,
      selector: { matchLabels: labels },
      template: template('2'),
      strategy: { canary: { steps } },
      ...spec,
    },
  });
  desk.merge(`${rolloutsPath(group)}/web/status`, { status });
  const { metadata } = desk.read(`${rolloutsPath(group)}/web`) as { metadata: { uid: string } };
  for (const [revision, hash] of [
    [1, 'v1'],
    [2, 'v2'],
  ] as const) {
    desk.post('/apis/apps/v1/namespaces/shop/replicasets', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `web-${hash}`,
        labels: { ...labels, [HASH_LABEL]: hash },
        annotations: { [REVISION]: String(revision) },
        ownerReferences: [
          { apiVersion: `${group}/v1alpha1`, kind: 'Rollout', name: 'web', uid: metadata.uid, controller: true },
        ],
      },
      spec: {
        replicas: revision === 1 ? 3 : 1,
        selector: { matchLabels: { ...labels, [HASH_LABEL]: hash } },
        template: template(String(revision), hash),
      },
    });
  }
}

/** A status in the middle of the update, at the pause. */
export const AT_PAUSE: RolloutStatus = {
  observedGeneration: 1,
  phase: 'Paused',
  message: 'CanaryPauseStep',
  currentPodHash: 'v2',
  stableRS: 'v1',
  currentStepIndex: 1,
  stepDisplay: '1/3',
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-01-01T00:00:00Z' }],
  replicas: 4,
  updatedReplicas: 1,
  readyReplicas: 4,
  availableReplicas: 4,
};
