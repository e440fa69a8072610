import type { Metrics } from '../telemetry/metrics.ts';

const nothing = (): void => {};

/** Counters that count nothing: thousands of worlds have no use for them. */
export const silentMetrics: Metrics = {
  rollout: nothing,
  rolloutGone: nothing,
  experiment: nothing,
  experimentGone: nothing,
  reconciled: nothing,
  measured: nothing,
  leading: nothing,
  apiCall: nothing,
  queue: () => ({ depth: nothing, added: nothing, waited: nothing, worked: nothing, retried: nothing }),
  breach: nothing,
  policyWarned: nothing,
  watchFailed: nothing,
  configRead: nothing,
  expose: async () => ({ contentType: 'text/plain', text: '' }),
};
