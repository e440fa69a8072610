import type { Experiment } from '../../api/experiment.ts';
import type { ApiGroup } from '../../api/names.ts';
import {
  API_VERSION,
  EXPERIMENT_NAME,
  EXPERIMENT_TEMPLATE,
  HASH_LABEL,
  INSTANCE_ID,
  SCALE_DOWN_DEADLINE,
} from '../../api/names.ts';
import type { ParsedTemplate } from '../../api/parse-experiment.ts';
import type { Instant } from '../../units/instant.ts';
import { add, earliest, parseInstant } from '../../units/instant.ts';
import type { Manifest } from '../action.ts';
import type { ObservedReplicaSet } from '../rollout/observed-rollout.ts';
import { podHash, replicaSetName } from './names.ts';
import type { ExperimentAction } from './observed-experiment.ts';
import type { ExperimentSituation } from './situation.ts';
import { replicaSetOf, templateStatusOf } from './situation.ts';
import { roundedUp } from './templates.ts';

/** The ownerReference of what an Experiment makes: it is deleted with it. */
export function ownedBy(group: ApiGroup, { metadata }: Experiment): Readonly<Record<string, unknown>> {
  const { name, uid } = metadata;
  const apiVersion = `${group}/${API_VERSION}`;
  return { apiVersion, kind: 'Experiment', name, uid, controller: true, blockOwnerDeletion: true };
}

/** The ReplicaSet of a template, with its pods: nothing has to be seen before they may start. */
export function buildTemplateSet(situation: ExperimentSituation, template: ParsedTemplate): Manifest {
  const { group, instanceId, experiment } = situation.observed;
  const collisions = templateStatusOf(situation, template.name)?.collisionCount ?? 0;
  const hash = podHash(experiment, template, collisions);
  const labels = { ...template.template.metadata?.labels, [HASH_LABEL]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: replicaSetName(experiment, template, collisions),
      namespace: experiment.metadata.namespace ?? 'default',
      labels: { ...labels, ...(instanceId === '' ? {} : { [INSTANCE_ID]: instanceId }) },
      annotations: { [EXPERIMENT_NAME]: experiment.metadata.name, [EXPERIMENT_TEMPLATE]: template.name },
      ownerReferences: [ownedBy(group, experiment)],
    },
    spec: {
      replicas: template.replicas,
      minReadySeconds: Math.round(template.minReady / 1000),
      selector: { ...template.selector, matchLabels: { ...template.selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template.template, metadata: { ...template.template.metadata, labels } },
    },
  };
}

/** The ReplicaSets that are to be made, sized and emptied now. */
export function planTemplateSets(situation: ExperimentSituation): readonly ExperimentAction[] {
  const { over, ended, spec, observed } = situation;
  const kept = new Set<string>();
  const actions: ExperimentAction[] = [];
  for (const template of over ? [] : spec.templates) {
    const replicaSet = replicaSetOf(situation, template);
    if (replicaSet !== undefined) {
      kept.add(replicaSet.uid);
      actions.push(...keepAt(replicaSet, template.replicas));
    } else if (ended === undefined && !isSettled(situation, template)) {
      actions.push({ kind: 'CreateReplicaSet', manifest: buildTemplateSet(situation, template) });
    }
  }
  for (const replicaSet of observed.replicaSets) {
    if (!kept.has(replicaSet.uid) && !replicaSet.deleting) actions.push(...drain(situation, replicaSet));
  }
  return actions;
}

/** A name that was found taken is counted first: the next plan makes the ReplicaSet under the next one. */
function isSettled(situation: ExperimentSituation, template: ParsedTemplate): boolean {
  const before = templateStatusOf(situation, template.name);
  if (before?.status === 'Failed' || before?.status === 'Error') return true;
  const name = replicaSetName(situation.observed.experiment, template, before?.collisionCount ?? 0);
  return situation.observed.refusals.some(({ action, object }) => action === 'collision' && object === name);
}

/** Without a deadline from an earlier life, and at its size: a retried experiment takes its pods up again. */
function keepAt(replicaSet: ObservedReplicaSet, replicas: number): readonly ExperimentAction[] {
  const delayed = replicaSet.annotations[SCALE_DOWN_DEADLINE] !== undefined;
  if (!delayed && replicaSet.specReplicas === replicas) return [];
  return [
    {
      ...changeOf(replicaSet),
      ...(replicaSet.specReplicas === replicas ? {} : { replicas }),
      ...(delayed ? { annotations: { [SCALE_DOWN_DEADLINE]: null } } : {}),
      because: 'Template',
    },
  ];
}

function changeOf({ name, uid, specReplicas }: ObservedReplicaSet) {
  return { kind: 'ChangeReplicaSet', name, uid, seenReplicas: specReplicas } as const;
}

/** Pods of what is over: nobody may be on them any more, and then the delay passes. */
function drain(situation: ExperimentSituation, replicaSet: ObservedReplicaSet): readonly ExperimentAction[] {
  if (replicaSet.specReplicas === 0 || isRouted(situation, replicaSet)) return [];
  const deadline = parseInstant(replicaSet.annotations[SCALE_DOWN_DEADLINE]);
  const { scaleDownDelay } = situation.spec;
  if (deadline === undefined && scaleDownDelay > 0) {
    const until = roundedUp(add(situation.now, scaleDownDelay));
    return [{ ...changeOf(replicaSet), annotations: { [SCALE_DOWN_DEADLINE]: until }, because: 'DrainBegins' }];
  }
  if (deadline !== undefined && deadline > situation.now) return [];
  return [{ ...changeOf(replicaSet), replicas: 0, because: 'DrainOver' }];
}

/** True while a route still sends requests to a Service of that template. */
function isRouted({ observed }: ExperimentSituation, { annotations }: ObservedReplicaSet): boolean {
  const template = annotations[EXPERIMENT_TEMPLATE];
  return observed.services.some((service) => service.own && service.routed && service.template === template);
}

/** When the first delay is over. */
export function drainsUntil({ observed }: ExperimentSituation): Instant | undefined {
  return earliest(
    ...observed.replicaSets
      .filter(({ specReplicas, deleting }) => specReplicas > 0 && !deleting)
      .map(({ annotations }) => parseInstant(annotations[SCALE_DOWN_DEADLINE])),
  );
}
