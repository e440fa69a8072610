import {
  API_VERSION,
  DESIRED_REPLICAS,
  EPHEMERAL_METADATA,
  HASH_LABEL,
  INSTANCE_ID,
  LAST_APPLIED,
  NOTIFIED,
  REVISION,
  REVISION_HISTORY,
  TEMPLATE_HASH,
} from '../../api/names.ts';
import type { PodMetadata } from '../../api/injected-template.ts';
import { NO_METADATA, writeEphemeralMetadata } from '../../api/injected-template.ts';
import type { Manifest, TemplateChange } from '../action.ts';
import type { ObservedRollout } from './observed-rollout.ts';
import { rawTemplateHash, replicaSetName } from './revision.ts';

type Labels = Readonly<Record<string, string>>;
type Template = Readonly<{ metadata?: Readonly<{ labels?: Labels; annotations?: Labels }>; spec?: Readonly<object> }>;

/** Annotations of the Rollout that a ReplicaSet does not inherit. */
const NOT_COPIED = new Set([LAST_APPLIED, REVISION, REVISION_HISTORY, DESIRED_REPLICAS, NOTIFIED]);

/** The ownerReference that makes an object ours: it is deleted with the Rollout. */
export function ownerReferenceTo(observed: ObservedRollout): Readonly<Record<string, unknown>> {
  const { name, uid } = observed.rollout.metadata;
  return {
    apiVersion: `${observed.group}/${API_VERSION}`,
    kind: 'Rollout',
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** What its pods are to carry from the first one on, beside what the author's template says. */
export type Injection = Readonly<{ metadata: PodMetadata; affinity: TemplateChange['affinity'] }>;

const NOTHING: Injection = { metadata: NO_METADATA, affinity: undefined };

/** The ReplicaSet of a revision, made without pods: it gets its size once it was seen. */
export function buildReplicaSet(
  observed: ObservedRollout,
  hash: string,
  revision: number,
  { metadata: put, affinity }: Injection = NOTHING,
): Manifest {
  const { metadata, spec } = observed.rollout;
  const template = (spec?.template ?? {}) as Template;
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const inherited = Object.entries(metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key));
  const remembered = writeEphemeralMetadata(put);
  const selector = (spec?.selector ?? {}) as Readonly<{ matchLabels?: Labels }>;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: replicaSetName(observed.rollout, hash),
      namespace: metadata.namespace ?? 'default',
      labels: { ...labels, ...(observed.instanceId === '' ? {} : { [INSTANCE_ID]: observed.instanceId }) },
      annotations: {
        ...Object.fromEntries(inherited),
        [REVISION]: String(revision),
        [DESIRED_REPLICAS]: String(spec?.replicas ?? 1),
        [TEMPLATE_HASH]: rawTemplateHash(spec?.template),
        ...(remembered === null ? {} : { [EPHEMERAL_METADATA]: remembered }),
      },
      ownerReferences: [ownerReferenceTo(observed)],
    },
    spec: {
      replicas: 0,
      minReadySeconds: spec?.minReadySeconds ?? 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: injectedTemplate(template, labels, put, affinity),
    },
  };
}

function injectedTemplate(
  template: Template,
  labels: Labels,
  put: PodMetadata,
  affinity: TemplateChange['affinity'],
): Readonly<Record<string, unknown>> {
  const annotations = { ...template.metadata?.annotations, ...put.annotations };
  return {
    ...template,
    metadata: {
      ...template.metadata,
      labels: { ...labels, ...put.labels },
      ...(Object.keys(put.annotations).length === 0 ? {} : { annotations }),
    },
    ...(affinity === undefined || affinity === null ? {} : { spec: { ...template.spec, affinity } }),
  };
}
