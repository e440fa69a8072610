import type { Condition, RolloutStatus } from '../../api/rollout.ts';
import type { Instant } from '../../units/instant.ts';
import { formatInstant } from '../../units/instant.ts';

/** What a condition should say now. `touch` moves lastUpdateTime although neither status nor reason changed. */
export type Finding = Readonly<{
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  touch?: boolean;
}>;

/** The condition of that type, if the status has it. */
export function findCondition(status: RolloutStatus, type: string): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

/**
 * The list with the findings written in and the named types removed. A condition that says the same keeps its times:
 * an unchanged world writes nothing. Messages follow only with a new status or reason, save for those whose message is
 * what people read (InvalidSpec and our own).
 */
export function writeConditions(
  before: readonly Condition[],
  findings: readonly Finding[],
  removed: readonly string[],
  now: Instant,
  generation: number,
): readonly Condition[] {
  const kept = before.filter(({ type }) => !removed.includes(type));
  const written = kept.map((condition) => {
    const finding = findings.find(({ type }) => type === condition.type);
    return finding === undefined ? condition : rewritten(condition, finding, now, generation);
  });
  const added = findings.filter(({ type }) => !kept.some((condition) => condition.type === type));
  return [...written, ...added.map((finding) => fresh(finding, now, generation))];
}

const FOLLOWS_MESSAGE = new Set(['InvalidSpec', 'Ready', 'Reconciling', 'Stalled', 'Waiting', 'ServiceShared']);

function rewritten(condition: Condition, finding: Finding, now: Instant, generation: number): Condition {
  const sameStatus = condition.status === finding.status;
  const sameReason = condition.reason === finding.reason;
  const newMessage = FOLLOWS_MESSAGE.has(finding.type) && condition.message !== finding.message;
  if (sameStatus && sameReason && !newMessage && finding.touch !== true) {
    return condition.observedGeneration === generation ? condition : { ...condition, observedGeneration: generation };
  }
  const at = formatInstant(now);
  return {
    type: finding.type,
    status: finding.status,
    reason: finding.reason,
    message: finding.message,
    lastUpdateTime: at,
    lastTransitionTime: sameStatus ? (condition.lastTransitionTime ?? at) : at,
    observedGeneration: generation,
  };
}

function fresh(finding: Finding, now: Instant, generation: number): Condition {
  const at = formatInstant(now);
  const { type, status, reason, message } = finding;
  return { type, status, reason, message, lastUpdateTime: at, lastTransitionTime: at, observedGeneration: generation };
}
