/**
 * Annotation on a run or experiment that its owner ended because what it was for is over: 'true' by a Rollout, 'experiment'
 * by an Experiment. Such an end gives no verdict.
 */
export const ENDED_BY_ROLLOUT = 'sluice.dev/ended-by-rollout';
