import {
  DESIRED_REPLICAS,
  HASH_LABEL,
  IN_PROGRESS_LABEL,
  IN_PROGRESS_VALUE,
  INSTANCE_ID,
  MANAGED_BY,
  REVISION,
  SCALE_DOWN_DEADLINE,
} from '../../../src/api/names.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';
import { milliseconds, seconds } from '../../../src/units/duration.ts';
import { add, formatInstant } from '../../../src/units/instant.ts';
import { applyObject, deed, patch, patchStatus } from './deeds.ts';
import { collectionOf, resourceOf } from './kinds.ts';
import type { Spec } from './objects.ts';
import { podTemplate, rollout, service, surroundingsOf } from './objects.ts';
import type { Deed } from './scenario.ts';
import type { Hands } from './stage.ts';

/**
 * A Rollout `web` in the middle of its life, with all that belongs to it, as Argo Rollouts v1.9 leaves it: hashes of its own
 * making, a string as observedGeneration, none of our fields. Argo's controller is played by an instance label, which has
 * ours look away until `takeOver` removes it; `handBack` sets it again.
 */
export type ArgoLeft = Readonly<{
  strategy: Spec;
  spec?: Spec;
  /** Pods of v1 (revision 1) and v2 (revision 2), whose template the spec has. */
  pods: readonly [v1: number, v2: number];
  /** Which version each Service selects. */
  selects?: Readonly<Record<string, 'v1' | 'v2'>>;
  /** Weight of the canary in the HTTPRoute `web`. */
  weight?: number;
  /** In so many seconds from now the pods of that version go. */
  deadline?: Readonly<{ version: 'v1' | 'v2'; in: number }>;
  /** The status, without what follows from the rest. `$ago` stands for the time ten seconds ago. */
  status: Spec;
  /** The version that is stable. */
  stable: 'v1' | 'v2';
  /** AnalysisRuns of v2, with their status. */
  runs?: readonly KubeObject[];
}>;

/** Hashes as Argo makes them. */
export const ARGO_HASHES = { v1: '6dddcf8b84', v2: '789746c88d' } as const;
const OTHER = 'argo';
const VERSIONS = ['v1', 'v2'] as const;

/** Sets the scene, and waits until its pods run. */
export function argoLeft(left: ArgoLeft): Deed {
  return deed('what Argo Rollouts left behind', async (hands) => {
    const made = rollout(left.strategy, { template: podTemplate('v2'), ...left.spec });
    const web: KubeObject = { ...made, metadata: { ...made.metadata, labels: { [INSTANCE_ID]: OTHER } } };
    await applyObject(hands, web);
    // A Service that is marked for a Rollout which does not exist would be given back at once.
    for (const object of surroundingsOf(made)) await applyObject(hands, asArgoLeft(object, left));
    const uid = await uidOfRollout(hands);
    for (const [index, version] of VERSIONS.entries()) {
      await applyObject(hands, replicaSet(hands, left, version, index, uid));
    }
    for (const run of left.runs ?? []) await applyObject(hands, ownedRun(run, uid));
    await patchStatus(statusOf(hands, left)).act(hands);
    await allAvailable(hands, left);
  });
}

/** Asked of the server itself: what is seen of it may be a moment behind. */
async function uidOfRollout({ ask, world }: Hands): Promise<string> {
  const path = `${collectionOf(resourceOf('Rollout', world.group), world.namespace)}/web`;
  const { body } = await ask({ method: 'GET', path });
  return (body as KubeObject).metadata.uid ?? '';
}

/** Half a second each. */
const MOST_WAITS = 120;

async function allAvailable({ world, pass }: Hands, { pods }: ArgoLeft): Promise<void> {
  const wanted = pods[0] + pods[1];
  for (let waits = 0; waits < MOST_WAITS; waits++) {
    const seen = world.replicaSets().reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);
    if (seen === wanted) return;
    await pass(milliseconds(500));
  }
  throw new Error(`the ${wanted} pods that Argo left do not become available`);
}

/** The moment at which our controller begins to look at it. */
export const takeOver = (): Deed => patch('Rollout', 'web', { metadata: { labels: { [INSTANCE_ID]: null } } });
/** The moment from which our controller looks away again. */
export const handBack = (): Deed => patch('Rollout', 'web', { metadata: { labels: { [INSTANCE_ID]: OTHER } } });

function asArgoLeft(object: KubeObject, { selects = {}, weight = 0 }: ArgoLeft): KubeObject {
  const { name } = object.metadata;
  if (object.kind === 'Service') {
    const version = selects[name];
    if (version === undefined) return object;
    const selector = { app: 'web', [HASH_LABEL]: ARGO_HASHES[version] };
    const made = service(name, 'web', { selector });
    return { ...made, metadata: { ...made.metadata, annotations: { [MANAGED_BY]: 'web' } } };
  }
  const { spec } = object as KubeObject & {
    spec: { rules: readonly { backendRefs: readonly { name: string }[] }[] };
  };
  const rules = spec.rules.map(({ backendRefs }) => ({
    backendRefs: backendRefs.map((ref) => ({ ...ref, weight: ref.name.endsWith('-canary') ? weight : 100 - weight })),
  }));
  const labels = weight === 0 ? {} : { [IN_PROGRESS_LABEL]: IN_PROGRESS_VALUE };
  const changed = { ...object, metadata: { ...object.metadata, labels }, spec: { ...spec, rules } };
  return changed;
}

function replicaSet({ world }: Hands, left: ArgoLeft, version: 'v1' | 'v2', index: number, uid: string): KubeObject {
  const hash = ARGO_HASHES[version];
  const labels = { app: 'web', [HASH_LABEL]: hash };
  const { spec } = podTemplate(version);
  const deadline =
    left.deadline?.version === version
      ? { [SCALE_DOWN_DEADLINE]: formatInstant(add(world.now, seconds(left.deadline.in))) }
      : {};
  const made = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `web-${hash}`,
      labels,
      annotations: { [REVISION]: String(index + 1), [DESIRED_REPLICAS]: '5', ...deadline },
      ownerReferences: [owner(uid)],
    },
    spec: {
      replicas: left.pods[index] ?? 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
  return made;
}

const owner = (uid: string) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  name: 'web',
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

function ownedRun(run: KubeObject, uid: string): KubeObject {
  return { ...run, metadata: { ...run.metadata, ownerReferences: [owner(uid)] } };
}

function statusOf({ world }: Hands, { pods, stable, status, strategy }: ArgoLeft): Spec {
  const { canary } = strategy as NonNullable<Rollout['spec']['strategy']>;
  const ago = formatInstant(add(world.now, seconds(-10)));
  const written = {
    observedGeneration: '1',
    currentPodHash: ARGO_HASHES.v2,
    stableRS: ARGO_HASHES[stable],
    ...(canary === undefined ? {} : { currentStepHash: stepHash(canary.steps) }),
    replicas: pods[0] + pods[1],
    HPAReplicas: pods[0] + pods[1],
    updatedReplicas: pods[1],
    readyReplicas: pods[0] + pods[1],
    availableReplicas: pods[0] + pods[1],
    selector: 'app=web',
    ...status,
  };
  return JSON.parse(JSON.stringify(written).replaceAll('$ago', ago)) as Spec;
}

/** A condition as Argo writes it. */
export const argoCondition = (type: string, status: string, reason: string, message: string): Spec => ({
  type,
  status,
  reason,
  message,
  lastUpdateTime: '$ago',
  lastTransitionTime: '$ago',
});

/** What the conditions of an update under way say beside Progressing. */
export const UNDER_WAY: readonly Spec[] = [
  argoCondition('Available', 'True', 'AvailableReason', 'Rollout has minimum availability'),
  argoCondition('Healthy', 'False', 'RolloutHealthy', 'Rollout is not healthy'),
  argoCondition('Completed', 'False', 'RolloutCompleted', 'Rollout is not completed'),
];
