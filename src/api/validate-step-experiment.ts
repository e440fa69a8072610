import type { CanaryStrategy } from './canary.ts';
import type { RouterName } from './canary-routers.ts';
import type { StepExperiment } from './parse-canary.ts';
import type { Problem } from './problem.ts';
import { invalid, required } from './problem.ts';
import type { Rollout } from './rollout.ts';
import { validateRolloutArguments } from './validate-analysis.ts';
import { hasPorts, repeated, validateDuration } from './validate-experiment.ts';

const EXPERIMENT_ROUTERS: readonly RouterName[] = ['smi', 'alb', 'istio', 'gatewayAPI'];

/** What an experiment of a step is judged by, beside itself. */
type Surroundings = Readonly<{
  routers: readonly RouterName[];
  rollout: Rollout;
  maxWeight: number;
  canary: CanaryStrategy;
  /** Its place among the steps. */
  index: number;
}>;

/** Every refusal of a step's experiment that the spec alone tells. */
export function validateStepExperiment(
  experiment: StepExperiment,
  path: string,
  around: Surroundings,
): readonly Problem[] {
  const { routers, rollout } = around;
  const analyses = experiment.analyses ?? [];
  return [
    ...(experiment.templates.length === 0
      ? [required(`${path}.templates`, 'TemplateRequired', 'name at least one template')]
      : []),
    ...repeated(experiment.templates, `${path}.templates`),
    ...experiment.templates.flatMap((template, index) =>
      validateTemplate(template, `${path}.templates[${index}]`, routers, rollout),
    ),
    ...validateSum(experiment, path, around),
    ...validateDuration(experiment.duration, `${path}.duration`),
    ...repeated(analyses, `${path}.analyses`),
    ...analyses.flatMap(({ templateName, args }, index) => [
      ...((templateName ?? '') === ''
        ? [required(`${path}.analyses[${index}].templateName`, 'TemplateName', 'name the AnalysisTemplate')]
        : []),
      ...validateRolloutArguments(args ?? [], rollout, `${path}.analyses[${index}].args`),
    ]),
  ];
}

/** What the experiment has comes off stable: with the canary's it cannot be more than all. */
function validateSum(
  { templates }: StepExperiment,
  path: string,
  { maxWeight, canary, index }: Surroundings,
): readonly Problem[] {
  const sum = templates.reduce((total, { weight = 0 }) => total + weight, 0);
  const before = (canary.steps ?? []).slice(0, index + 1);
  const inForce = before.findLast(({ setWeight }) => setWeight !== undefined)?.setWeight ?? 0;
  if (sum === 0 || sum + inForce <= maxWeight) return [];
  const why = `with the weight of the canary (${inForce}) they must not be more than ${maxWeight}`;
  return [invalid(`${path}.templates`, 'WeightsFit', sum, why)];
}

function validateTemplate(
  { specRef, weight, replicas, service }: StepExperiment['templates'][number],
  path: string,
  routers: readonly RouterName[],
  rollout: Rollout,
): readonly Problem[] {
  const problems: Problem[] = [];
  if (specRef !== 'stable' && specRef !== 'canary') {
    problems.push(invalid(`${path}.specRef`, 'SpecRef', specRef, 'must be stable or canary'));
  }
  if (replicas !== undefined && replicas < 0) {
    problems.push(invalid(`${path}.replicas`, 'NotNegative', replicas, 'must be 0 or more'));
  }
  if (weight !== undefined && weight < 0) {
    problems.push(invalid(`${path}.weight`, 'NotNegative', weight, 'must be 0 or more'));
  }
  if (weight !== undefined && !routers.some((router) => EXPERIMENT_ROUTERS.includes(router))) {
    const why = `works only with ${EXPERIMENT_ROUTERS.join(', ')}; remove it`;
    problems.push(invalid(`${path}.weight`, 'ExperimentRouter', weight, why));
  }
  const wantsService = service !== undefined || weight !== undefined;
  if (
    problems.length === 0 &&
    wantsService &&
    rollout.spec.template !== undefined &&
    !hasPorts(rollout.spec.template)
  ) {
    const why = 'a Service needs a port; declare one in a container of spec.template';
    problems.push(invalid(`${path}.service`, 'ServiceNeedsPorts', service ?? {}, why));
  }
  return problems;
}
