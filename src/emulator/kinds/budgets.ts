import type { KubeObject } from '../../kube/resource.ts';
import type { FieldProblem } from '../refusal.ts';
import { invalidValue, unsupported } from '../refusal.ts';
import { selectorProblems } from '../selector-problems.ts';
import { shareProblems, wholeShareProblems } from '../share-problems.ts';
import { specOf } from './workloads.ts';

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

/** What is wrong with a PodDisruptionBudget. Source: apis/policy/validation. */
export function budgetProblems(object: KubeObject): readonly FieldProblem[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = specOf(object);
  const problems: FieldProblem[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const told = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    };
    problems.push(invalidValue('spec', told, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const [key, value] of Object.entries({ minAvailable, maxUnavailable })) {
    problems.push(...shareProblems(value, `spec.${key}`), ...wholeShareProblems(value, `spec.${key}`));
  }
  if (policy !== undefined && !POLICIES.some((one) => one === policy)) {
    problems.push(unsupported('spec.unhealthyPodEvictionPolicy', policy, POLICIES));
  }
  return [...problems, ...selectorProblems(selector, 'spec.selector')];
}
