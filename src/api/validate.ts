import { DEFAULT_REVISION_HISTORY_LIMIT } from './defaults.ts';
import type { BlueGreenStrategy } from './blue-green.ts';
import { isEmptySelector, matchesSelector } from './label-selector.ts';
import type { Problem } from './problem.ts';
import { invalid, required } from './problem.ts';
import type { Rollout, RolloutSpec } from './rollout.ts';
import { validateAntiAffinity, validateCanary } from './validate-canary.ts';
import { validateRolloutAnalysis } from './validate-analysis.ts';
import { warnSizes } from './warn-sizes.ts';
import { validateLivePods } from './validate-pods.ts';

/**
 * Every refusal that the spec alone tells, with full paths (rollout-semantics 1.12). What depends on other objects
 * (Services, templates, routes) is checked where they are observed; fields that are not acted on yet are told by
 * unsupportedFields.
 */
export function validateRollout(rollout: Rollout): readonly Problem[] {
  const { spec } = rollout;
  const { canary, blueGreen } = spec.strategy ?? {};
  const problems = [...validateNumbers(spec), ...validatePods(spec), ...validateLivePods(rollout)];
  if (canary !== undefined && blueGreen !== undefined) {
    problems.push(
      invalid('spec.strategy', 'OneStrategy', 'canary and blueGreen', 'must hold exactly one strategy; remove one'),
    );
  } else if (canary === undefined && blueGreen === undefined) {
    problems.push(required('spec.strategy', 'OneStrategy', 'give exactly one of canary and blueGreen'));
  }
  if (canary !== undefined) problems.push(...validateCanary(canary, rollout));
  if (blueGreen !== undefined) problems.push(...validateBlueGreen(blueGreen, rollout));
  return problems;
}

function validateNumbers(spec: RolloutSpec): readonly Problem[] {
  const problems: Problem[] = [];
  const counts = [
    ['spec.replicas', spec.replicas],
    ['spec.minReadySeconds', spec.minReadySeconds],
    ['spec.revisionHistoryLimit', spec.revisionHistoryLimit],
    ['spec.progressDeadlineSeconds', spec.progressDeadlineSeconds],
  ] as const;
  for (const [path, value] of counts) {
    if (value !== undefined && value < 0) problems.push(invalid(path, 'NotNegative', value, 'must be 0 or more'));
  }
  const ready = spec.minReadySeconds ?? 0;
  const deadline = spec.progressDeadlineSeconds ?? 600;
  if (deadline >= 0 && deadline <= ready) {
    problems.push(
      invalid(
        'spec.progressDeadlineSeconds',
        'DeadlineAfterReady',
        deadline,
        `must be more than minReadySeconds (${ready}), or no update could ever be in time`,
      ),
    );
  }
  return problems;
}

const WORKLOADS: Readonly<Record<string, string>> = { Deployment: 'apps/v1', ReplicaSet: 'apps/v1', PodTemplate: 'v1' };

function validatePods({ selector, template, workloadRef }: RolloutSpec): readonly Problem[] {
  const problems: Problem[] = [];
  const labels = template?.metadata?.labels ?? {};
  if (workloadRef !== undefined) {
    const { kind, apiVersion, name } = workloadRef;
    const expected = WORKLOADS[kind ?? ''];
    if (expected === undefined || expected !== apiVersion) {
      problems.push(
        invalid(
          'spec.workloadRef.kind',
          'WorkloadKind',
          `${apiVersion ?? ''} ${kind ?? ''}`.trim(),
          'must be a Deployment or ReplicaSet of apps/v1, or a PodTemplate of v1',
        ),
      );
    }
    if (name === undefined || name === '') {
      problems.push(required('spec.workloadRef.name', 'WorkloadName', 'name the object that holds the pod template'));
    }
    if (template !== undefined && (template.metadata !== undefined || template.spec !== undefined)) {
      problems.push(
        invalid('spec.template', 'TemplateXorWorkload', 'a template', 'cannot stand beside workloadRef; remove one'),
      );
    }
    if (selector === undefined && kind !== 'PodTemplate') return problems;
  } else if (template === undefined) {
    problems.push(required('spec.template', 'TemplateXorWorkload', 'give a pod template, or a workloadRef'));
  }
  if (selector === undefined) {
    problems.push(required('spec.selector', 'SelectorRequired', 'say by labels which pods are those of the Rollout'));
  } else if (isEmptySelector(selector)) {
    problems.push(
      invalid('spec.selector', 'SelectorNotEmpty', selector, 'would select every pod; name at least one label'),
    );
  } else if (workloadRef === undefined && template !== undefined && !matchesSelector(selector, labels)) {
    problems.push(
      invalid(
        'spec.template.metadata.labels',
        'SelectorMatches',
        labels,
        'does not match spec.selector; give the pods the labels that it asks for',
      ),
    );
  }
  return problems;
}

function validateBlueGreen(blueGreen: BlueGreenStrategy, rollout: Rollout): readonly Problem[] {
  const path = 'spec.strategy.blueGreen';
  const { activeService, previewService, scaleDownDelayRevisionLimit: limit } = blueGreen;
  const problems: Problem[] = [];
  if (activeService === undefined || activeService === '') {
    problems.push(required(`${path}.activeService`, 'ActiveServiceRequired', 'name the Service that clients use'));
  } else if (activeService === previewService) {
    problems.push(
      invalid(
        `${path}.previewService`,
        'DifferentServices',
        previewService,
        'must be another Service than activeService; make one for the preview',
      ),
    );
  }
  const history = rollout.spec.revisionHistoryLimit ?? DEFAULT_REVISION_HISTORY_LIMIT;
  if (limit !== undefined && limit > history) {
    problems.push(
      invalid(
        `${path}.scaleDownDelayRevisionLimit`,
        'WithinHistory',
        limit,
        `must not be more than revisionHistoryLimit (${history})`,
      ),
    );
  }
  problems.push(...validateAntiAffinity(blueGreen.antiAffinity, `${path}.antiAffinity`));
  for (const key of ['prePromotionAnalysis', 'postPromotionAnalysis'] as const) {
    const analysis = blueGreen[key];
    if (analysis !== undefined) problems.push(...validateRolloutAnalysis(analysis, rollout, `${path}.${key}`));
  }
  return problems;
}

/** What is legal but hardly meant: a Warning event and a line of lint, never a refusal (rollout-semantics 1.12). */
export function warnRollout(rollout: Rollout): readonly Problem[] {
  const problems: Problem[] = [];
  for (const kind of ['canary', 'blueGreen'] as const) {
    for (const key of ['scaleDownDelaySeconds', 'abortScaleDownDelaySeconds'] as const) {
      const value = rollout.spec.strategy?.[kind]?.[key];
      if (value !== undefined && value < 0) {
        problems.push(invalid(`spec.strategy.${kind}.${key}`, 'NegativeDelay', value, 'counts as 0; write 0'));
      }
    }
  }
  const canary = rollout.spec.strategy?.canary;
  const routing = canary?.trafficRouting;
  if (routing !== undefined && Object.keys(routing).length === 0) {
    problems.push(
      invalid(
        'spec.strategy.canary.trafficRouting',
        'NoRouter',
        routing,
        'splits nothing; name a router, or remove it',
      ),
    );
  }
  for (const [index, step] of (canary?.steps ?? []).entries()) {
    if (Object.keys(step).length > 1) {
      problems.push(
        invalid(
          `spec.strategy.canary.steps[${index}]`,
          'CombinedStep',
          Object.keys(step).join(', '),
          'is complete only when all of its parts are; one step for each is clearer',
        ),
      );
    }
  }
  return [...problems, ...warnSizes(rollout)];
}
