import { matchesSelector } from '../../api/label-selector.ts';
import type { PodTemplate } from '../../api/meta.ts';
import { SCALED_DOWN_FROM, WORKLOAD_FINALIZER, WORKLOAD_GENERATION } from '../../api/names.ts';
import type { Problem } from '../../api/problem.ts';
import { invalid } from '../../api/problem.ts';
import type { Rollout } from '../../api/rollout.ts';
import { canonicalJson } from '../../units/canonical-json.ts';
import { fnv1a32 } from '../../units/fnv.ts';
import type { Action } from '../action.ts';
import type { ObservedRollout, ObservedWorkload } from './observed-rollout.ts';

/**
 * The Rollout as if it held the template and selector of the object that its workloadRef names: they are read at every
 * look, and never stored (rollout-semantics 1.7). The same observation where there is nothing to take from.
 */
export function withWorkload(observed: ObservedRollout): ObservedRollout {
  const { workload, rollout } = observed;
  if (rollout.spec.workloadRef === undefined || workload?.kind !== 'Found') return observed;
  const selector = rollout.spec.selector ?? workload.selector;
  const template = workload.template as PodTemplate;
  const spec = { ...rollout.spec, template, ...(selector === undefined ? {} : { selector }) };
  return { ...observed, rollout: { ...rollout, spec } };
}

/** What is wrong with the object that a workloadRef names. */
export function workloadProblems({ rollout, workload }: ObservedRollout): readonly Problem[] {
  const { workloadRef, selector } = rollout.spec;
  if (workloadRef === undefined || workload === undefined) return [];
  const { kind = '', name = '' } = workloadRef;
  if (workload.kind === 'Missing') {
    const why = `${kind} "${name}" does not exist; create it, or name one that exists`;
    return [invalid('spec.workloadRef.name', 'WorkloadMissing', name, why)];
  }
  if (workload.kind !== 'Found' || selector === undefined) return [];
  const labels = (workload.template as PodTemplate | undefined)?.metadata?.labels ?? {};
  if (matchesSelector(selector, labels)) return [];
  const why = `does not match the pod labels of ${kind} "${name}"; correct one of them`;
  return [invalid('spec.selector', 'SelectorMatches', selector, why)];
}

/**
 * The number under which the server is asked about the present template: the Rollout's generation, or a hash of the
 * template where another object holds it, for that changes without the Rollout.
 */
export function templateGeneration({ metadata, spec }: Rollout, workload: ObservedWorkload | undefined): number {
  if (spec.workloadRef === undefined || workload?.kind !== 'Found') return metadata.generation ?? 0;
  return fnv1a32(canonicalJson(workload.template ?? null));
}

/** True while our finalizer is asked for: a Deployment may be made smaller, and must get its pods back before ours go. */
export function wantsFinalizer({ group, rollout, scaledDown = [] }: ObservedRollout): boolean {
  if (group === 'argoproj.io') return false;
  const { kind, scaleDown = 'never' } = rollout.spec.workloadRef ?? {};
  return (kind === 'Deployment' && scaleDown !== 'never') || scaledDown.length > 0;
}

/** True when the Rollout has our finalizer. */
export function hasFinalizer({ rollout }: ObservedRollout): boolean {
  return (rollout.metadata.finalizers ?? []).includes(WORKLOAD_FINALIZER);
}

/**
 * What is to be written into the Rollout's own metadata, before anything else is decided: the generation of the object
 * that holds its template, which health checks compare, and our finalizer. Nothing once the server refused it.
 */
export function markRollout(observed: ObservedRollout): Action | undefined {
  const { rollout, workload, refusals } = observed;
  const { name, uid = '', resourceVersion = '', annotations = {}, finalizers = [] } = rollout.metadata;
  if (refusals.some(({ action }) => action === 'ChangeRollout')) return undefined;
  const wanted = workload?.kind === 'Found' ? String(workload.generation) : undefined;
  const keep = rollout.spec.workloadRef !== undefined && wanted === undefined;
  const annotate = !keep && annotations[WORKLOAD_GENERATION] !== wanted;
  const finalize = wantsFinalizer(observed) !== hasFinalizer(observed);
  if (!annotate && !finalize) return undefined;
  const others = finalizers.filter((finalizer) => finalizer !== WORKLOAD_FINALIZER);
  return {
    kind: 'ChangeRollout',
    target: { name, uid, resourceVersion },
    ...(annotate ? { annotations: { [WORKLOAD_GENERATION]: wanted ?? null } } : {}),
    ...(finalize ? { finalizers: wantsFinalizer(observed) ? [...others, WORKLOAD_FINALIZER] : others } : {}),
    because: 'Workload',
  };
}

/** The size that a Deployment had before we made it smaller; undefined when its mark cannot be read. */
export function sizeBefore(annotations: Readonly<Record<string, string>>): number | undefined {
  const text = annotations[SCALED_DOWN_FROM];
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
