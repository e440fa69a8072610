import type { ParsedTemplate } from '../../api/parse-experiment.ts';
import { milliseconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, formatInstant, parseInstant } from '../../units/instant.ts';
import type { ObservedReplicaSet } from '../rollout/observed-rollout.ts';
import { replicaSetName, serviceName } from './names.ts';
import type { ExperimentSituation, TemplateStatus } from './situation.ts';
import { replicaSetOf, templateStatusOf } from './situation.ts';

/** A time cut to the second that it falls into would end a wait up to a second too early. */
export function roundedUp(at: Instant): string {
  return formatInstant(add(at, milliseconds(999)));
}

/** True when a template has all its pods, and its status speaks of its present size. */
export function isAvailable(template: ParsedTemplate, replicaSet: ObservedReplicaSet | undefined): boolean {
  if (replicaSet === undefined || !replicaSet.settled) return false;
  return replicaSet.specReplicas === template.replicas && replicaSet.available >= template.replicas;
}

/** What is to be said of every template now. */
export function reportTemplates(situation: ExperimentSituation): readonly TemplateStatus[] {
  return situation.spec.templates.map((template) => reportTemplate(situation, template));
}

function reportTemplate(situation: ExperimentSituation, template: ParsedTemplate): TemplateStatus {
  const before = templateStatusOf(situation, template.name);
  const replicaSet = replicaSetOf(situation, template);
  const counts = {
    replicas: replicaSet?.replicas ?? 0,
    updatedReplicas: replicaSet?.replicas ?? 0,
    readyReplicas: replicaSet?.ready ?? 0,
    availableReplicas: replicaSet?.available ?? 0,
  };
  const collisionCount = collisionsOf(situation, template, before);
  const mended = (situation.status.conditions ?? []).some(({ type }) => type === 'InvalidSpec');
  // The time that it took to mend the spec is not the template's.
  const moved =
    mended ||
    before === undefined ||
    before.replicas !== counts.replicas ||
    before.readyReplicas !== counts.readyReplicas ||
    before.availableReplicas !== counts.availableReplicas;
  const { status, message } = stateOf(situation, template, before, moved);
  const changed = moved || before.status !== status;
  const since = changed ? roundedUp(situation.now) : before.lastTransitionTime;
  return {
    name: template.name,
    ...counts,
    ...(collisionCount === 0 ? {} : { collisionCount }),
    status,
    ...(message === undefined ? {} : { message }),
    ...(since === undefined ? {} : { lastTransitionTime: since }),
    ...placeOf(situation, template, replicaSet),
  };
}

/** The Service that was seen, and the hash of its pods: what a Rollout gives weight to. */
function placeOf(
  situation: ExperimentSituation,
  template: ParsedTemplate,
  replicaSet: ObservedReplicaSet | undefined,
): Pick<TemplateStatus, 'serviceName' | 'podTemplateHash'> {
  if (replicaSet === undefined) return {};
  const name = serviceName(template, replicaSet);
  const service = situation.observed.services.find((one) => one.name === name && one.own && !one.deleting);
  return {
    ...(service === undefined || template.service === undefined ? {} : { serviceName: name }),
    podTemplateHash: replicaSet.hash,
  };
}

/** A name that somebody else's ReplicaSet has is given up for the next one. */
function collisionsOf(
  situation: ExperimentSituation,
  template: ParsedTemplate,
  before: TemplateStatus | undefined,
): number {
  const count = before?.collisionCount ?? 0;
  const name = replicaSetName(situation.observed.experiment, template, count);
  const taken = situation.observed.refusals.some(({ action, object }) => action === 'collision' && object === name);
  return taken && replicaSetOf(situation, template) === undefined ? count + 1 : count;
}

type State = Readonly<{ status: NonNullable<TemplateStatus['status']>; message?: string }>;

/** A state that is the last one stays; pods that go away when all is over tell nothing any more. */
function stateOf(
  situation: ExperimentSituation,
  template: ParsedTemplate,
  before: TemplateStatus | undefined,
  moved: boolean,
): State {
  const { over, now } = situation;
  const message = before?.message === undefined ? {} : { message: before.message };
  if (before?.status === 'Failed' || before?.status === 'Error' || before?.status === 'Successful') {
    return { status: before.status, ...message };
  }
  if (over) return { status: 'Successful' };
  if (isAvailable(template, replicaSetOf(situation, template))) return { status: 'Running' };
  const why = obstacleOf(situation, template);
  const deadline = moved ? undefined : deadlineOf(situation, before);
  if (deadline === undefined || now < deadline || situation.ended !== undefined) {
    return { status: 'Progressing', ...(why === undefined ? {} : { message: why }) };
  }
  const seconds = situation.spec.progressDeadline / 1000;
  const late = `Template '${template.name}' exceeded its progressDeadlineSeconds (${seconds})`;
  return { status: 'Failed', message: why === undefined ? late : `${late}: ${why}` };
}

/** Why pods are missing, as far as it was told. */
function obstacleOf(situation: ExperimentSituation, template: ParsedTemplate): string | undefined {
  const replicaSet = replicaSetOf(situation, template);
  if (replicaSet?.failure !== undefined) return replicaSet.failure.message;
  if (replicaSet !== undefined) return undefined;
  const count = templateStatusOf(situation, template.name)?.collisionCount ?? 0;
  const name = replicaSetName(situation.observed.experiment, template, count);
  const refused = situation.observed.refusals.find(
    ({ action, object }) => action === 'CreateReplicaSet' && object === name,
  );
  return refused === undefined ? undefined : `Failed to create ReplicaSet "${name}": ${refused.message}`;
}

/** When a template that does not move counts as failed; undefined while that cannot be told. */
export function deadlineOf(situation: ExperimentSituation, before: TemplateStatus | undefined): Instant | undefined {
  const since = parseInstant(before?.lastTransitionTime);
  return since === undefined ? undefined : add(since, situation.spec.progressDeadline);
}
