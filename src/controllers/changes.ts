import type { RolloutStatus } from '../api/rollout.ts';
import { canonicalJson } from '../units/canonical-json.ts';
import type { Fields } from '../telemetry/log.ts';

/** A line of log: a constant message, and facts. */
export type LogLine = Readonly<{ message: string; fields: Fields }>;

type Fact = Readonly<{ message: string; read: (status: RolloutStatus) => unknown }>;

const FACTS: readonly Fact[] = [
  { message: 'phase changed', read: ({ phase, message }) => (phase === undefined ? undefined : { phase, message }) },
  { message: 'revision changed', read: ({ currentPodHash }) => currentPodHash },
  { message: 'stable revision changed', read: ({ stableRS }) => stableRS },
  { message: 'step changed', read: ({ currentStepIndex }) => currentStepIndex },
  { message: 'split read back', read: ({ canary }) => canary?.weights?.canary.weight },
  { message: 'pauses changed', read: ({ pauseConditions }) => pauseConditions?.map(({ reason }) => reason) },
  { message: 'abort changed', read: ({ abort }) => abort },
];

/** One line for each change of state between two statuses that the server had. */
export function describeChanges(before: RolloutStatus, after: RolloutStatus): readonly LogLine[] {
  return FACTS.flatMap(({ message, read }) => {
    const from = read(before);
    const to = read(after);
    return canonicalJson(from ?? null) === canonicalJson(to ?? null) ? [] : [{ message, fields: { from, to } }];
  });
}
