import type { ApiGroup } from '../api/names.ts';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../kube/backoff.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import { createEventRecorder } from '../kube/event-recorder.ts';
import { keyOf } from '../kube/resource.ts';
import type { Logger } from '../telemetry/log.ts';

/** Events that tell how an update ended: they are kept when those about its steps are too many. */
const FINAL_REASONS = ['RolloutCompleted', 'RolloutNotCompleted', 'RolloutAborted', 'AnalysisRunSuccessful'];

/**
 * Events that an update brings with every pod or step: those about one Rollout wait for one another for some seconds, at
 * most a minute. How it ended, and every Warning, is told at once.
 */
const ROUTINE_REASONS = [
  'NewReplicaSetCreated',
  'ScalingReplicaSet',
  'RolloutStepCompleted',
  'RolloutPaused',
  'RolloutResumed',
  'TrafficWeightUpdated',
  'RolloutNotCompleted',
];

/** A recorder of our events, under the name that people of this group look for; what is dropped goes to the log. */
export function recorderOf(
  parts: Readonly<{ client: KubeClient; clock: Clock; log: Logger; random?: Random }>,
  group: ApiGroup,
  instance: string,
): EventRecorder {
  const { client, clock, log, random } = parts;
  return createEventRecorder({
    client,
    clock,
    controller: group === 'argoproj.io' ? 'rollouts-controller' : 'sluice',
    instance,
    finalReasons: FINAL_REASONS,
    routineReasons: ROUTINE_REASONS,
    onDropped: ({ reason, regarding }, why) => {
      const told = typeof why === 'string' ? why : why.message;
      log.debug({ reason, object: keyOf(regarding.metadata), why: told }, 'event dropped');
    },
    ...(random === undefined ? {} : { random }),
  });
}
