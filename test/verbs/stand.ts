import { expect } from 'vitest';
import { readCrds } from '../../src/commands/demo/read-crds.ts';
import type { Rollout, RolloutStatus } from '../../src/api/rollout.ts';
import { HASH_LABEL, REVISION } from '../../src/api/names.ts';
import type { PodTemplate } from '../../src/api/meta.ts';
import type { Decision } from '../../src/verbs/decision.ts';
import type { Seen, SeenReplicaSet } from '../../src/verbs/seen.ts';
import type { Rig } from '../emulator/api-rig.ts';
import { createRig, messageOf } from '../emulator/api-rig.ts';

const PLACE = '/apis/sluice.dev/v1alpha1/namespaces/default/rollouts';
const labels = { app: 'web' };

/** A pod template of that version. */
export const template = (version: string, more: object = {}): PodTemplate => ({
  metadata: { labels },
  spec: { containers: [{ name: 'web', image: `docker.io/example/web:${version}` }], ...more },
});

/** A status in the middle of an update from v1 to v2. */
export const underWay: RolloutStatus = {
  observedGeneration: 1,
  currentPodHash: 'v2',
  stableRS: 'v1',
  currentStepIndex: 1,
};

/** A pause, as the status tells it. */
export const pausedBy = (reason: 'CanaryPauseStep' | 'BlueGreenPause' | 'InconclusiveAnalysisRun'): RolloutStatus => ({
  pauseConditions: [{ reason, startTime: '2026-01-01T00:00:00Z' }],
  controllerPause: true,
});

/** A ReplicaSet of the Rollout `web`. */
export const replicaSet = (hash: string, revision: number, more: Partial<SeenReplicaSet> = {}): SeenReplicaSet => ({
  metadata: {
    name: `web-${hash}`,
    labels: { [HASH_LABEL]: hash },
    annotations: { [REVISION]: String(revision) },
    creationTimestamp: `2026-01-01T00:0${revision}:00Z`,
    ownerReferences: [
      { apiVersion: 'sluice.dev/v1alpha1', kind: 'Rollout', name: 'web', uid: 'uid', controller: true },
    ],
  },
  spec: { replicas: 4, template: { ...template(hash), metadata: { labels: { ...labels, [HASH_LABEL]: hash } } } },
  ...more,
});

const steps = [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }, { pause: { duration: 30 } }];

/** What a person sees of a Rollout of four steps, without a server. */
export function seen(status: RolloutStatus, spec: object = {}, more: Partial<Seen> = {}): Seen {
  const rollout: Rollout = {
    metadata: { name: 'web', namespace: 'default', uid: 'uid', generation: 1 },
    spec: { selector: { matchLabels: labels }, template: template('v2'), strategy: { canary: { steps } }, ...spec },
    status,
  };
  return { rollout, replicaSets: [replicaSet('v1', 1), replicaSet('v2', 2)], workload: undefined, ...more };
}

function ownedBy({ metadata: { uid = '' } }: Rollout, replicaSet: SeenReplicaSet): SeenReplicaSet {
  const { metadata } = replicaSet;
  const ownerReferences = (metadata.ownerReferences ?? []).map((owner) => ({ ...owner, uid }));
  return { ...replicaSet, metadata: { ...metadata, ownerReferences } };
}

/** A server that holds that Rollout. */
export type Stand = Readonly<{
  rig: Rig;
  look(): Seen;
  /** Carries a decision out; what the server answered to each write. */
  carryOut(decision: Decision): readonly number[];
  /** A write of the controller, or of Argo's client. */
  merge(body: object, subresource?: 'status'): void;
}>;

/** Puts the Rollout of `seen` onto an emulated API server. */
export function stand(status: RolloutStatus, spec: object = {}): Stand {
  const rig = createRig();
  for (const crd of readCrds('sluice.dev')) {
    rig.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
  }
  const { rollout, replicaSets } = seen(status, spec);
  const made = rig.post(PLACE, {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: rollout.spec,
  });
  expect(made.status, JSON.stringify(messageOf(made))).toBe(201);
  const merge = (body: object, subresource?: 'status'): void => {
    const answer = rig.patch(`${PLACE}/web${subresource === undefined ? '' : '/status'}`, body);
    expect(answer.status, JSON.stringify(messageOf(answer))).toBe(200);
  };
  merge({ status }, 'status');
  return {
    rig,
    look() {
      const stored = rig.get(`${PLACE}/web`).body as Rollout;
      return { rollout: stored, replicaSets: replicaSets.map((one) => ownedBy(stored, one)), workload: undefined };
    },
    carryOut(decision) {
      expect(decision, JSON.stringify(decision)).toMatchObject({ kind: 'Write' });
      const writes = decision.kind === 'Write' ? decision.writes : [];
      return writes.map(({ subresource, operations }) => {
        const path = `${PLACE}/web${subresource === undefined ? '' : '/status'}`;
        return rig.patch(path, operations, 'json').status;
      });
    },
    merge,
  };
}
