/** Annotation on a run that the Rollout ended because its step or update is over; such a run gives no verdict. */
export const ENDED_BY_ROLLOUT = 'sluice.dev/ended-by-rollout';
