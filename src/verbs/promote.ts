import type { Decision, GuardedWrite, Operation } from './decision.ts';
import { refuse, write } from './decision.ts';
import { describeStep } from './describe.ts';
import type { Seen } from './seen.ts';
import { isPromoted, statusOf, stepCount, testGeneration, testStatus, unobserved } from './seen.ts';

/**
 * Goes on: ends the pause that was seen; without one, leaves the step under way for the next. A second promote of the
 * same sight does nothing, because the step and the pause that it tests are then no longer there.
 */
export function promote(seen: Seen): Decision {
  const status = statusOf(seen);
  const { paused = false } = seen.rollout.spec;
  const waits = unobserved(seen);
  if (waits !== undefined) return { kind: 'Wait', why: waits };
  if (isPromoted(status)) {
    return paused ? resumeOnly(seen) : { kind: 'Already', why: 'the newest revision is stable: nothing to promote' };
  }
  if (status.abort === true) {
    return refuse('the update is aborted', 'retry it (sluice retry), or promote it whole (sluice promote --full)');
  }
  const conditions = status.pauseConditions ?? [];
  if (conditions.length > 0) return endPause(seen, paused);
  // Who paused the whole Rollout by its spec meant the step to be done when it goes on, not to be left out.
  if (paused) return resumeOnly(seen);
  if (status.controllerPause === true) {
    return { kind: 'Already', why: 'somebody has promoted it a moment ago: the controller is about to go on' };
  }
  return leaveStep(seen, 'promoted past');
}

function resumeOnly(seen: Seen): Decision {
  return write('resumed: spec.paused is false', unpause(seen));
}

function unpause({ rollout }: Seen): GuardedWrite {
  const operations: Operation[] = [
    ...testGeneration(rollout.metadata),
    { op: 'replace', path: '/spec/paused', value: false },
  ];
  return { to: 'Rollout', operations };
}

/** The status goes first: the controller does not act on it before the spec lets it, so that our own tests hold. */
function endPause(seen: Seen, paused: boolean): Decision {
  const status = statusOf(seen);
  const then = paused ? [unpause(seen)] : [];
  const stepRun = status.canary?.currentStepAnalysisRunStatus?.status;
  if (stepRun === 'Inconclusive') {
    const left = leaveStep(seen, 'promoted past the inconclusive analysis of');
    return left.kind === 'Write' ? { ...left, writes: [...left.writes, ...then] } : left;
  }
  const reasons = (status.pauseConditions ?? []).map(({ reason }) => reason).join(', ');
  const operations: Operation[] = [
    ...testStatus(status, 'currentPodHash', 'currentStepIndex', 'pauseConditions'),
    { op: 'remove', path: '/status/pauseConditions' },
  ];
  return write(
    `promoted: the pause is over (${reasons})`,
    { to: 'Rollout', subresource: 'status', operations },
    ...then,
  );
}

function leaveStep(seen: Seen, how: string): Decision {
  const status = statusOf(seen);
  const { rollout } = seen;
  const [index, count] = [status.currentStepIndex ?? 0, stepCount(rollout)];
  if (rollout.spec.strategy?.canary === undefined || count === 0 || index >= count) {
    const what = count > 0 && index >= count ? `all ${count} steps are done` : 'there is no pause and no step';
    return refuse(
      `${what}: it waits (${status.message ?? 'for its pods'})`,
      'wait, or skip what is left: sluice promote --full',
    );
  }
  const operations: Operation[] = [
    ...testStatus(status, 'currentPodHash', 'currentStepIndex', 'pauseConditions', 'controllerPause'),
    ...clear(status, 'pauseConditions'),
    ...clear(status, 'controllerPause'),
    { op: 'add', path: '/status/currentStepIndex', value: index + 1 },
  ];
  const step = describeStep(rollout.spec.strategy.canary.steps?.[index]);
  return write(`${how} step ${index + 1} of ${count} (${step})`, { to: 'Rollout', subresource: 'status', operations });
}

function clear(status: ReturnType<typeof statusOf>, field: 'pauseConditions' | 'controllerPause'): Operation[] {
  return status[field] === undefined ? [] : [{ op: 'remove', path: `/status/${field}` }];
}
