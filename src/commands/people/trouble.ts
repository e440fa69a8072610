import type { Failure } from '../../kube/client.ts';

/** Why a command cannot go on, and what a person does next. */
export type Trouble = Readonly<{ why: string; next: string }>;

/** A failed call in a person's words. `deed` tells what was tried, such as `read rollouts`. */
export function troubleOf(failure: Failure, deed: string, namespace: string): Trouble {
  const { why, message } = failure;
  if (why === 'Forbidden') {
    return {
      why: `you may not ${deed} in namespace ${namespace}: ${message}`,
      next: 'ask for one of the roles that the chart brings: sluice-view, sluice-operate, sluice-edit',
    };
  }
  if (why === 'Unreachable' || why === 'Unknown') {
    return {
      why: `the API server does not answer: ${message}`,
      next: 'check --kubeconfig and --context, and whether the cluster runs',
    };
  }
  if (why === 'TooMany' || why === 'Unavailable') {
    return { why: `the API server is too busy: ${message}`, next: 'try again in a moment' };
  }
  if (why === 'Denied') {
    return { why: `a policy of the cluster refuses to ${deed}: ${message}`, next: 'change what it objects to' };
  }
  return { why: `cannot ${deed}: ${message}`, next: 'look again: sluice get rollout' };
}
