import { HASH_LABEL, REVISION } from '../api/names.ts';
import type { Failure, JsonPatchOperation, KubeClient } from '../kube/client.ts';
import { REPLICA_SETS } from '../kube/kinds.ts';
import type { KubeObject, Resource } from '../kube/resource.ts';
import { controllerUidOf } from '../kube/resource.ts';
import type { Action, Manifest, TemplateChange } from '../plan/action.ts';
import type { ObservedReplicaSet } from '../plan/rollout/observed-rollout.ts';
import type { Outcome } from './outcome.ts';
import { DONE, told } from './outcome.ts';
import type { Owner } from './owner.ts';

type Of<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

/** Reads one object by a list: a controller that lists and watches a kind needs no further right for it. */
export async function findByName(
  client: KubeClient,
  resource: Resource,
  namespace: string,
  name: string,
): Promise<KubeObject | Failure | undefined> {
  const page = await client.list(resource, { namespace, fieldSelector: `metadata.name=${name}` }, { limit: 1 });
  return page.ok ? page.value.items[0] : page;
}

/** A manifest as the client takes it. */
export function asObject(manifest: Manifest): KubeObject {
  return manifest;
}

/** Creates a ReplicaSet. One that is there already is fine if it is ours and of the same revision; else it is a collision. */
export async function createReplicaSet(
  client: KubeClient,
  owner: Owner,
  { manifest }: Of<'CreateReplicaSet'>,
): Promise<Outcome> {
  const { name, namespace } = manifest.metadata;
  const answer = await client.create(REPLICA_SETS, asObject(manifest));
  const created = asObject(manifest);
  if (answer.ok) {
    return told('NewReplicaSetCreated', `Created ReplicaSet ${name}${revisionIn(created.metadata.annotations)}`);
  }
  if (answer.why !== 'AlreadyExists') return answer;
  const existing = await findByName(client, REPLICA_SETS, namespace, name);
  if (existing !== undefined && 'why' in existing) return existing;
  const ours = existing !== undefined && controllerUidOf(existing) === owner.metadata.uid;
  const same = existing?.metadata.labels?.[HASH_LABEL] === created.metadata.labels?.[HASH_LABEL];
  if (ours && same) return DONE;
  const message = `ReplicaSet ${name} exists and is not of this ${owner.kind}`;
  return { ok: false, why: 'AlreadyExists', status: 409, message };
}

/** The revision that annotations tell, in words; an experiment's ReplicaSet has none. */
function revisionIn(annotations: Readonly<Record<string, string>> | undefined): string {
  const number = annotations?.[REVISION];
  return number === undefined ? '' : ` (revision ${number})`;
}

/** Changes a ReplicaSet if it still has the UID and the size that the plan saw. */
export async function changeReplicaSet(
  client: KubeClient,
  owner: Owner,
  seen: ObservedReplicaSet | undefined,
  action: Of<'ChangeReplicaSet'>,
): Promise<Outcome> {
  const operations: JsonPatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: action.uid },
    { op: 'test', path: '/spec/replicas', value: action.seenReplicas },
  ];
  if (action.replicas !== undefined) operations.push({ op: 'replace', path: '/spec/replicas', value: action.replicas });
  if (action.minReadySeconds !== undefined) {
    operations.push({ op: 'add', path: '/spec/minReadySeconds', value: action.minReadySeconds });
  }
  const annotations = Object.entries(action.annotations ?? {});
  if (annotations.length > 0 && Object.keys(seen?.annotations ?? {}).length === 0) {
    operations.push({ op: 'add', path: '/metadata/annotations', value: {} });
  }
  for (const [key, value] of annotations) {
    const path = `/metadata/annotations/${pointer(key)}`;
    if (value !== null) operations.push({ op: 'add', path, value });
    else if (seen?.annotations[key] !== undefined) operations.push({ op: 'remove', path });
  }
  for (const [key, value] of Object.entries(action.labels ?? {})) {
    // A ReplicaSet of ours always has labels: its hash is one.
    operations.push({ op: 'add', path: `/metadata/labels/${pointer(key)}`, value });
  }
  if (action.template !== undefined) operations.push(...templateOperations(action.template, seen?.template));
  const namespace = owner.metadata.namespace ?? '';
  const target = { resource: REPLICA_SETS, namespace, name: action.name };
  const answer = await client.patch(target, { kind: 'Json', operations });
  if (!answer.ok) return answer;
  if (action.replicas === undefined) return DONE;
  const direction = action.replicas > action.seenReplicas ? 'up' : 'down';
  return told(
    'ScalingReplicaSet',
    `Scaled ${direction} ReplicaSet ${action.name}${revisionIn(seen?.annotations)} from ${action.seenReplicas} to ${action.replicas}`,
  );
}

type SeenTemplate = Readonly<{
  metadata?: Readonly<Partial<Record<'labels' | 'annotations', Readonly<Record<string, string>>>>>;
  spec?: Readonly<{ affinity?: unknown }>;
}>;

function templateOperations({ metadata, affinity }: TemplateChange, template: unknown): readonly JsonPatchOperation[] {
  const seen = (template ?? {}) as SeenTemplate;
  const operations: JsonPatchOperation[] = [];
  for (const part of ['labels', 'annotations'] as const) {
    const changes = Object.entries(metadata?.[part] ?? {});
    const before = seen.metadata?.[part];
    const path = `/spec/template/metadata/${part}`;
    if (changes.length > 0 && before === undefined) operations.push({ op: 'add', path, value: {} });
    for (const [key, value] of changes) {
      const at = `${path}/${pointer(key)}`;
      if (value !== null) operations.push({ op: 'add', path: at, value });
      else if (before?.[key] !== undefined) operations.push({ op: 'remove', path: at });
    }
  }
  const path = '/spec/template/spec/affinity';
  if (affinity === null && seen.spec?.affinity !== undefined) operations.push({ op: 'remove', path });
  else if (affinity !== undefined && affinity !== null) operations.push({ op: 'add', path, value: affinity });
  return operations;
}

/** A key as a part of a JSON Pointer (RFC 6901). */
export function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Deletes an old ReplicaSet if it is still the one that the plan saw, unchanged. */
export async function deleteReplicaSet(
  client: KubeClient,
  owner: Owner,
  { target }: Of<'DeleteReplicaSet'>,
): Promise<Outcome> {
  const namespace = owner.metadata.namespace ?? '';
  const place = { resource: REPLICA_SETS, namespace, name: target.name };
  const answer = await client.delete(place, { uid: target.uid, resourceVersion: target.resourceVersion });
  return answer.ok || answer.why === 'NotFound' ? DONE : answer;
}
