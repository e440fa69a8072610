import type { RolloutStatus } from '../../api/rollout.ts';
import type { Action } from '../../plan/action.ts';
import { planRollout } from '../../plan/plan-rollout.ts';
import type { ObservedRollout, TemplateAnswer } from '../../plan/rollout/observed-rollout.ts';
import { sameJson } from '../../units/canonical-json.ts';
import type { Instant } from '../../units/instant.ts';
import type { Verdict } from './verdict.ts';

/** Asks the API server what it makes of a pod template, without keeping anything. */
export type AskTemplate = (ask: Extract<Action, { kind: 'AskTemplate' }>) => Promise<TemplateAnswer | string>;

/** Passes are played until nothing is new; more than that many would mean that it never rests. */
const MOST_PASSES = 12;

/**
 * What taking a Rollout over would do: the passes of the controller are played on what was observed, with nothing
 * written, until they come to rest. What they would have written beside the status is what would change.
 */
export async function judgeRollout(seen: ObservedRollout, now: Instant, ask: AskTemplate): Promise<Verdict> {
  const before = seen.rollout.status ?? {};
  const changes: string[] = [];
  let observed = seen;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const plan = planRollout(observed, now);
    const refusal = invalidSpecOf(plan.status);
    if (refusal !== undefined) return { kind: 'Refused', why: [refusal] };
    const question = plan.actions.find((action) => action.kind === 'AskTemplate');
    const deeds = plan.actions.filter((action) => isChange(observed, action));
    changes.push(...deeds.map(describe));
    if (deeds.length > 0 || (plan.status === observed.rollout.status && question === undefined)) break;
    const answer = question === undefined ? observed.templateAnswer : await ask(question);
    if (typeof answer === 'string') return { kind: 'Unknown', why: [answer] };
    observed = { ...observed, rollout: { ...observed.rollout, status: plan.status }, templateAnswer: answer };
  }
  const all = [...moved(before, observed.rollout.status ?? {}), ...new Set(changes)];
  return all.length === 0 ? { kind: 'Adopted' } : { kind: 'Changes', what: all };
}

function invalidSpecOf({ conditions }: RolloutStatus): string | undefined {
  return conditions?.find(({ type, status }) => type === 'InvalidSpec' && status === 'True')?.message;
}

/** A note on a ReplicaSet or a route, which says whose it is or spares a later question, is nothing that moves. */
function isChange({ routes }: ObservedRollout, action: Action): boolean {
  if (action.kind === 'AskTemplate') return false;
  if (action.kind === 'SetSplit') {
    const { name, namespace } = action.route;
    const route = routes.find((one) => one.route.name === name && one.route.namespace === namespace);
    return route?.uniform !== true || !sameJson(route.split, action.split);
  }
  return action.kind !== 'ChangeReplicaSet' || action.replicas !== undefined || action.minReadySeconds !== undefined;
}

/** What of an update's course would be another one than the status says. */
function moved(before: RolloutStatus, after: RolloutStatus): readonly string[] {
  const fields = ['currentPodHash', 'stableRS', 'currentStepIndex', 'abort', 'promoteFull', 'phase'] as const;
  return fields.flatMap((field) => {
    const [was, is] = [before[field], after[field]];
    if (was === is || (was ?? false) === (is ?? false)) return [];
    const meaning = field === 'currentPodHash' ? ' (a new revision)' : '';
    return [`status.${field}: ${was ?? 'none'} becomes ${is ?? 'none'}${meaning}`];
  });
}

function describe(action: Action): string {
  const because = 'because' in action ? ` (${action.because})` : '';
  if (action.kind === 'ChangeReplicaSet') {
    const { name, seenReplicas, replicas, minReadySeconds } = action;
    const size = replicas === undefined ? '' : ` ${seenReplicas} becomes ${replicas} pods`;
    const ready = minReadySeconds === undefined ? '' : ` minReadySeconds becomes ${minReadySeconds}`;
    return `ReplicaSet ${name}:${size}${ready}${because}`;
  }
  if (action.kind === 'SetSplit') {
    return `HTTPRoute ${action.route.name}: canary ${action.split.canary}, stable ${action.split.stable}${because}`;
  }
  if (action.kind === 'PointService') return `Service ${action.target.name}: selects ${action.hash}${because}`;
  const named = 'manifest' in action ? action.manifest.metadata : 'target' in action ? action.target : action;
  const words = action.kind.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return `${words} ${named.name}${because}`;
}
