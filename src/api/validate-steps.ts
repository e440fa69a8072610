import { parsePauseDuration } from '../units/duration.ts';
import type { CanaryStep, CanaryStrategy } from './canary.ts';
import type { RouterName } from './canary-routers.ts';
import type { Problem } from './problem.ts';
import { invalid, required } from './problem.ts';
import type { Rollout } from './rollout.ts';
import { validateRolloutAnalysis } from './validate-analysis.ts';
import { validateStepExperiment } from './validate-step-experiment.ts';

/** What a step is judged by, beside itself. */
export type StepSurroundings = Readonly<{
  canary: CanaryStrategy;
  routers: readonly RouterName[];
  maxWeight: number;
  rollout: Rollout;
  /** Its place among the steps. */
  index: number;
}>;

const KINDS = [
  'setWeight',
  'pause',
  'analysis',
  'experiment',
  'setCanaryScale',
  'setHeaderRoute',
  'setMirrorRoute',
  'plugin',
] as const;

/** Kinds that each decide when the step is over: two of them contradict each other. */
const EXCLUSIVE = ['setWeight', 'pause', 'experiment', 'analysis'] as const;

const HEADER_ROUTERS: readonly RouterName[] = ['istio', 'alb', 'apisix', 'gatewayAPI'];
const MIRROR_ROUTERS: readonly RouterName[] = ['istio', 'gatewayAPI'];

/** Every refusal of one step that the spec alone tells. Unknown members are told by unsupportedFields. */
export function validateStep(step: CanaryStep, path: string, around: StepSurroundings): readonly Problem[] {
  const problems: Problem[] = [];
  if (Object.keys(step).length === 0) {
    problems.push(required(path, 'StepKind', `give one of ${KINDS.join(', ')}`));
  }
  const exclusive = EXCLUSIVE.filter((kind) => step[kind] !== undefined);
  if (exclusive.length > 1) {
    problems.push(
      invalid(path, 'OneStepKind', exclusive.join(', '), 'cannot be combined in one step; make a step of each'),
    );
  }
  return [
    ...problems,
    ...validateWeight(step, path, around),
    ...validatePause(step, path),
    ...(step.analysis === undefined ? [] : validateRolloutAnalysis(step.analysis, around.rollout, `${path}.analysis`)),
    ...validateScale(step, path, around),
    ...validateHeaderRoute(step, path, around),
    ...validateMirrorRoute(step, path, around),
    ...validateExperiment(step, path, around),
  ];
}

function validateWeight({ setWeight }: CanaryStep, path: string, { maxWeight }: StepSurroundings): readonly Problem[] {
  if (setWeight === undefined || (setWeight >= 0 && setWeight <= maxWeight)) return [];
  return [invalid(`${path}.setWeight`, 'WeightInRange', setWeight, `must be 0 to ${maxWeight}`)];
}

function validatePause({ pause }: CanaryStep, path: string): readonly Problem[] {
  const duration = pause?.duration;
  if (duration === undefined || parsePauseDuration(duration) !== undefined) return [];
  return [
    invalid(
      `${path}.pause.duration`,
      'PauseDuration',
      duration,
      'must be seconds or a Go duration such as 90s or 1h30m, and not negative',
    ),
  ];
}

function validateScale({ setCanaryScale }: CanaryStep, path: string, { canary }: StepSurroundings): readonly Problem[] {
  if (setCanaryScale === undefined) return [];
  const place = `${path}.setCanaryScale`;
  const { weight, replicas, matchTrafficWeight } = setCanaryScale;
  const given = [weight, replicas, matchTrafficWeight].filter((value) => value !== undefined).length;
  if (canary.trafficRouting === undefined) {
    return [invalid(place, 'ScaleNeedsRouting', setCanaryScale, 'has a meaning only with trafficRouting; remove it')];
  }
  if (given !== 1) {
    return [
      invalid(place, 'OneScale', setCanaryScale, 'must hold exactly one of weight, replicas, matchTrafficWeight'),
    ];
  }
  return (['weight', 'replicas'] as const).flatMap((key) => {
    const value = setCanaryScale[key];
    return value !== undefined && value < 0
      ? [invalid(`${place}.${key}`, 'ScaleNotNegative', value, 'must be 0 or more')]
      : [];
  });
}

type StringMatch = Readonly<{ exact?: string; prefix?: string; regex?: string }>;

function validateMatch(match: StringMatch, path: string, exactOnly: boolean): readonly Problem[] {
  const given = (['exact', 'prefix', 'regex'] as const).filter((key) => match[key] !== undefined && match[key] !== '');
  if (given.length !== 1) {
    return [invalid(path, 'OneMatch', match, 'must hold exactly one of exact, prefix and regex')];
  }
  if (exactOnly && given[0] !== 'exact') {
    return [invalid(path, 'ExactOnly', match, 'alb matches headers only exactly; use exact')];
  }
  return [];
}

/** Refuses a managed route on a router that cannot have it, without a name, or with one that is not declared. */
function validateRouteName(
  name: string | undefined,
  path: string,
  { canary, routers }: StepSurroundings,
  able: readonly RouterName[],
): readonly Problem[] {
  const managed = canary.trafficRouting?.managedRoutes ?? [];
  if (!routers.some((router) => able.includes(router))) {
    return [invalid(path, 'RouteRouter', routers.join(', ') || 'no router', `works only with ${able.join(', ')}`)];
  }
  if (name === undefined || name === '') return [required(`${path}.name`, 'RouteName', 'name the route')];
  if (!managed.some((route) => route.name === name)) {
    return [invalid(`${path}.name`, 'RouteManaged', name, 'must stand in trafficRouting.managedRoutes; add it there')];
  }
  return [];
}

function validateHeaderRoute(step: CanaryStep, path: string, around: StepSurroundings): readonly Problem[] {
  const route = step.setHeaderRoute;
  if (route === undefined) return [];
  const place = `${path}.setHeaderRoute`;
  const exactOnly = around.routers.includes('alb');
  return [
    ...validateRouteName(route.name, place, around, HEADER_ROUTERS),
    ...(route.match ?? []).flatMap(({ headerValue }, index) =>
      validateMatch(headerValue, `${place}.match[${index}].headerValue`, exactOnly),
    ),
  ];
}

function validateMirrorRoute(step: CanaryStep, path: string, around: StepSurroundings): readonly Problem[] {
  const route = step.setMirrorRoute;
  if (route === undefined) return [];
  const place = `${path}.setMirrorRoute`;
  return [
    ...validateRouteName(route.name, place, around, MIRROR_ROUTERS),
    ...(route.match ?? []).flatMap(({ method, path: urlPath, headers }, index) => [
      ...(method === undefined ? [] : validateMethod(method, `${place}.match[${index}].method`, around)),
      ...(urlPath === undefined ? [] : validateMatch(urlPath, `${place}.match[${index}].path`, false)),
      ...Object.entries(headers ?? {}).flatMap(([name, value]) =>
        validateMatch(value, `${place}.match[${index}].headers["${name}"]`, false),
      ),
    ]),
  ];
}

/** A Gateway names the methods that it matches: CONNECT, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT and TRACE. */
function validateMethod(method: StringMatch, path: string, { routers }: StepSurroundings): readonly Problem[] {
  const problems = validateMatch(method, path, false);
  if (problems.length > 0 || !routers.includes('gatewayAPI')) return problems;
  const known = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];
  if (known.includes(method.exact ?? '')) return [];
  return [
    invalid(
      path,
      'HttpMethod',
      method,
      `gatewayAPI matches methods only exactly; use exact: one of ${known.join(', ')}`,
    ),
  ];
}

function validateExperiment(step: CanaryStep, path: string, around: StepSurroundings): readonly Problem[] {
  const { experiment } = step;
  return experiment === undefined ? [] : validateStepExperiment(experiment, `${path}.experiment`, around);
}
