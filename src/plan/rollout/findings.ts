import { HASH_LABEL, POLICY_WARNING } from '../../api/names.ts';
import type { RolloutStatus } from '../../api/rollout.ts';
import type { Problem } from '../../api/problem.ts';
import { invalidSpecMessage } from '../../api/problem.ts';
import { progressDeadline } from './abort.ts';
import { hasProgressed } from './progress.ts';
import { isSaturated } from './blue-green.ts';
import { reducedNeed } from './canary-scale.ts';
import type { Finding } from './conditions.ts';
import { findCondition } from './conditions.ts';
import { WEIGHT_CONTESTED, findContested } from './contested.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, isRouted, selectedHash, serviceNamed, withHash } from './situation.ts';
import { SERVICE_SHARED, findSharedServices } from './rivals.ts';
import { STABLE_MISSING, findStableMissing } from './stable-gone.ts';
import type { Transition } from './transitions.ts';

const truth = (holds: boolean): 'True' | 'False' => (holds ? 'True' : 'False');

const REDUCED_BY = { SetCanaryScale: 'setCanaryScale', ReplicaProgressThreshold: 'replicaProgressThreshold' } as const;

/** What conditions should say, by rollout-semantics 2.3. `next` is the status about to be written, without them. */
export function findConditions(
  situation: Situation,
  next: RolloutStatus,
  transition: Transition | undefined,
  problems: readonly Problem[],
): Readonly<{ findings: readonly Finding[]; removed: readonly string[] }> {
  const promoted = (next.stableRS ?? '') !== '' && next.stableRS === next.currentPodHash;
  const healthy = isHealthy(situation, next, promoted) && problems.length === 0;
  const mended = problems.length === 0 && findCondition(situation.status, 'InvalidSpec')?.status === 'True';
  const progressing = findProgressing(situation, next, transition, { promoted, healthy, mended });
  const findings: Finding[] = [
    availability(situation),
    ...(progressing === undefined ? [] : [progressing]),
    {
      type: 'Completed',
      status: truth(promoted),
      reason: 'RolloutCompleted',
      message: 'The newest revision is the stable one',
    },
  ];
  const paused = (next.pauseConditions ?? []).length > 0 || situation.spec.paused;
  const known = findCondition(situation.status, 'Paused') !== undefined;
  if (next.abort !== true && (paused || known)) {
    findings.push({ type: 'Paused', status: truth(paused), reason: 'RolloutPaused', message: 'Rollout is paused' });
  }
  if (healthy || findCondition(situation.status, 'Healthy') !== undefined) {
    const message = healthy ? 'Rollout is healthy' : 'Rollout is not healthy';
    findings.push({ type: 'Healthy', status: truth(healthy), reason: 'RolloutHealthy', message });
  }
  const failure = [situation.current, ...situation.observed.replicaSets].find(
    (replicaSet) => replicaSet?.failure,
  )?.failure;
  if (failure !== undefined) {
    findings.push({ type: 'ReplicaFailure', status: 'True', reason: failure.reason, message: failure.message });
  }
  const reduced = reducedNeed(situation);
  if (reduced !== undefined) {
    findings.push({
      type: 'ReducedCapacity',
      status: 'True',
      reason: reduced.reason,
      message: `${REDUCED_BY[reduced.reason]} lets the canary carry its weight with fewer pods than its share asks for`,
    });
  }
  const gone = promoted ? undefined : findStableMissing(situation);
  if (gone !== undefined) findings.push(gone);
  const contested = findContested(situation);
  if (contested !== undefined) findings.push(contested);
  const shared = findSharedServices(situation);
  if (shared !== undefined) findings.push(shared);
  if (problems.length > 0) findings.push(invalidSpec(situation.spec.name, problems));
  const policy = policyWarning(situation);
  if (policy !== undefined) findings.push(policy);
  const removed = [
    ...(policy === undefined ? ['PolicyWarning'] : []),
    ...(failure === undefined ? ['ReplicaFailure'] : []),
    ...(reduced === undefined ? ['ReducedCapacity'] : []),
    ...(problems.length > 0 ? [] : ['InvalidSpec']),
    ...(gone === undefined ? [STABLE_MISSING] : []),
    ...(shared === undefined ? [SERVICE_SHARED] : []),
    ...(contested === undefined ? [WEIGHT_CONTESTED] : []),
  ];
  return { findings, removed };
}

/** What the policies would refuse of the newest revision's analyses, by the last measurement of each metric. */
function policyWarning({ observed, status }: Situation): Finding | undefined {
  const notes = observed.analysisRuns
    .filter(({ metadata }) => metadata.labels?.[HASH_LABEL] === status.currentPodHash)
    .flatMap((run) =>
      (run.status?.metricResults ?? []).flatMap(({ name, measurements = [] }) => {
        const note = measurements.at(-1)?.metadata?.[POLICY_WARNING];
        return note === undefined ? [] : [`metric "${name}": ${note}`];
      }),
    );
  if (notes.length === 0) return undefined;
  const message = [...new Set(notes)].toSorted().join('; ');
  return { type: 'PolicyWarning', status: 'True', reason: 'WouldBeRefused', message };
}

/** Condition InvalidSpec: every problem with its path. */
export function invalidSpec(name: string, problems: readonly Problem[]): Finding {
  return { type: 'InvalidSpec', status: 'True', reason: 'InvalidSpec', message: invalidSpecMessage(name, problems) };
}

function availability(situation: Situation): Finding {
  const blueGreen = blueGreenOf(situation);
  const available =
    blueGreen === undefined
      ? situation.observed.replicaSets.reduce((sum, { available }) => sum + available, 0) >= situation.replicas
      : isSaturated(situation, withHash(situation, selectedHash(serviceNamed(situation, blueGreen.activeService))));
  const message = available ? 'Rollout has minimum availability' : 'Rollout does not have minimum availability';
  return { type: 'Available', status: truth(available), reason: 'AvailableReason', message };
}

function isHealthy(situation: Situation, next: RolloutStatus, promoted: boolean): boolean {
  const { replicas, spec } = situation;
  const waiting = (next.pauseConditions ?? []).length > 0 || spec.paused;
  if (waiting || !promoted || next.updatedReplicas !== replicas || next.availableReplicas !== replicas) return false;
  const blueGreen = blueGreenOf(situation);
  if (blueGreen === undefined) return next.replicas === replicas;
  const { activeSelector, previewSelector } = next.blueGreen ?? {};
  const preview = blueGreen.previewService === undefined || previewSelector === next.currentPodHash;
  return activeSelector === next.currentPodHash && preview;
}

function findProgressing(
  situation: Situation,
  next: RolloutStatus,
  transition: Transition | undefined,
  { promoted, healthy, mended }: Readonly<{ promoted: boolean; healthy: boolean; mended: boolean }>,
): Finding | undefined {
  const before = findCondition(situation.status, 'Progressing');
  const say = (reason: string, message: string, touch = false): Finding => ({
    type: 'Progressing',
    status: 'True',
    reason,
    message,
    touch,
  });
  // A promoted Rollout is neither paused nor resumed; that it has a new or found ReplicaSet is so from its first one on.
  if (transition?.progressing !== undefined && (!promoted || transition.progressing.status === 'True'))
    return { type: 'Progressing', ...transition.progressing, touch: true };
  if (next.abort === true) return undefined;
  const paused = (next.pauseConditions ?? []).length > 0 || situation.spec.paused;
  // Whoever ended the pause, the progress clock begins anew with it: the time that a person took is not the update's.
  if (!paused && !promoted && findCondition(situation.status, 'Paused')?.status === 'True') {
    return {
      type: 'Progressing',
      status: 'Unknown',
      reason: 'RolloutResumed',
      message: 'Rollout is resumed',
      touch: true,
    };
  }
  if (paused && before?.reason === 'RolloutPaused') return undefined;
  const refused = situation.observed.refusals.find(({ action }) => action === 'CreateReplicaSet');
  if (refused !== undefined && situation.current === undefined) {
    const message = `Failed to create ReplicaSet "${refused.object}": ${refused.message}`;
    return { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message };
  }
  const name = situation.current?.name ?? '';
  const done =
    promoted && (healthy || (isRouted(situation) && next.availableReplicas !== undefined && enough(situation)));
  if (done) {
    return before?.reason === 'NewReplicaSetAvailable'
      ? undefined
      : say('NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`);
  }
  if (promoted && before?.reason === 'NewReplicaSetAvailable') {
    return enough(situation) ? undefined : say('ReplicaSetNotAvailable', `ReplicaSet "${name}" lost pods.`);
  }
  if (hasProgressed(situation.status, next) || before === undefined) {
    return say('ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`, true);
  }
  // Its time begins anew: what it took to mend the spec is not the update's.
  if (mended && !promoted) return say('ReplicaSetUpdated', `ReplicaSet "${name}" goes on: the spec is mended.`, true);
  const deadline = progressDeadline(situation);
  if (deadline !== undefined && deadline <= situation.now && before.reason !== 'ProgressDeadlineExceeded') {
    const message = `ReplicaSet "${name}" has timed out progressing.`;
    return { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message };
  }
  return undefined;
}

function enough(situation: Situation): boolean {
  return (situation.current?.available ?? 0) >= situation.replicas;
}

/** Ready, Reconciling and Stalled: what kstatus (Flux, Helm, Argo CD) reads. */
export function kstatusFindings(
  phase: string,
  message: string,
): Readonly<{ findings: readonly Finding[]; removed: readonly string[] }> {
  const text = message === '' ? `Rollout is ${phase}` : message;
  const ready = (status: Finding['status'], reason: string): Finding => ({
    type: 'Ready',
    status,
    reason,
    message: text,
  });
  const reconciling: Finding = { type: 'Reconciling', status: 'True', reason: phase, message: text };
  switch (phase) {
    case 'Healthy':
      return { findings: [ready('True', 'Healthy')], removed: ['Reconciling', 'Stalled'] };
    case 'Degraded':
      return {
        findings: [ready('False', 'Degraded'), { type: 'Stalled', status: 'True', reason: 'Degraded', message: text }],
        removed: ['Reconciling'],
      };
    case 'Paused':
      return { findings: [ready('Unknown', 'Paused'), reconciling], removed: ['Stalled'] };
    default:
      return { findings: [ready('False', 'Progressing'), reconciling], removed: ['Stalled'] };
  }
}
