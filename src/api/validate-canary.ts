import { resolveIntOrPercent } from '../units/int-or-percent.ts';
import type { AntiAffinity, CanaryStrategy } from './canary.ts';
import type { RouterName } from './canary-routers.ts';
import { routersOf } from './canary-routers.ts';
import { DEFAULT_MAX_WEIGHT } from './defaults.ts';
import { parseGatewayApi } from './gateway-api-routes.ts';
import { GATEWAY_API_PLUGIN } from './names.ts';
import type { Problem } from './problem.ts';
import { invalid, member, required } from './problem.ts';
import type { Rollout } from './rollout.ts';
import { validateRolloutAnalysis } from './validate-analysis.ts';
import { validateStep } from './validate-steps.ts';

const PATH = 'spec.strategy.canary';
/** The largest weight of a backendRef. Source: gateway.networking.k8s.io/v1, BackendRef. */
const GATEWAY_API_MAX_WEIGHT = 1_000_000;

/** Every refusal of a canary strategy that the spec alone tells. */
export function validateCanary(canary: CanaryStrategy, rollout: Rollout): readonly Problem[] {
  const routers = routersOf(canary.trafficRouting);
  const maxWeight = canary.trafficRouting?.maxTrafficWeight ?? DEFAULT_MAX_WEIGHT;
  return [
    ...validateSurge(canary),
    ...validateServices(canary, routers),
    ...validatePingPong(canary, routers),
    ...validateScaling(canary),
    ...validateRouting(canary, routers, rollout),
    ...validateAntiAffinity(canary.antiAffinity, `${PATH}.antiAffinity`),
    ...(canary.analysis === undefined ? [] : validateBackground(canary, rollout)),
    ...(canary.steps ?? []).flatMap((step, index) =>
      validateStep(step, `${PATH}.steps[${index}]`, { canary, routers, maxWeight, rollout, index }),
    ),
  ];
}

function validateSurge({ maxSurge, maxUnavailable }: CanaryStrategy): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [key, value] of [
    ['maxSurge', maxSurge],
    ['maxUnavailable', maxUnavailable],
  ] as const) {
    const count = value === undefined ? 0 : resolveIntOrPercent(value, 100, 'up');
    if (count === undefined || count < 0) {
      problems.push(
        invalid(
          `${PATH}.${key}`,
          'CountOrPercent',
          value,
          'must be a count or a percentage such as 25%, and not negative',
        ),
      );
    }
  }
  const zero = (value: number | string | undefined): boolean =>
    value !== undefined && resolveIntOrPercent(value, 100, 'up') === 0;
  if (zero(maxSurge) && zero(maxUnavailable)) {
    problems.push(
      invalid(`${PATH}.maxSurge`, 'RoomToMove', maxSurge, 'cannot be 0 while maxUnavailable is 0; allow one of them'),
    );
  }
  return problems;
}

/** Every router splits between two Services, but Istio where it splits between subsets. */
function validateServices(canary: CanaryStrategy, routers: readonly RouterName[]): readonly Problem[] {
  const { canaryService, stableService } = canary;
  const problems: Problem[] = [];
  if (canaryService !== undefined && canaryService !== '' && canaryService === stableService) {
    problems.push(
      invalid(
        `${PATH}.canaryService`,
        'DifferentServices',
        canaryService,
        'must be another Service than stableService; make one for the canary',
      ),
    );
  }
  const subsets = canary.trafficRouting?.istio?.destinationRule !== undefined;
  const router = routers.find((name) => !(name === 'istio' && subsets));
  if (router === undefined || canary.pingPong !== undefined) return problems;
  for (const [key, value] of [
    ['canaryService', canaryService],
    ['stableService', stableService],
  ] as const) {
    if (value === undefined || value === '') {
      problems.push(
        required(`${PATH}.${key}`, 'ServicesRequired', `trafficRouting.${router} splits between two Services`),
      );
    }
  }
  return problems;
}

function validatePingPong(
  { pingPong, trafficRouting }: CanaryStrategy,
  routers: readonly RouterName[],
): readonly Problem[] {
  if (pingPong === undefined) return [];
  const path = `${PATH}.pingPong`;
  const problems: Problem[] = [];
  const { pingService, pongService } = pingPong;
  for (const key of ['pingService', 'pongService'] as const) {
    if (pingPong[key] === undefined || pingPong[key] === '') {
      problems.push(required(`${path}.${key}`, 'PingPongServices', 'name both Services'));
    }
  }
  if (pingService !== '' && pingService === pongService) {
    problems.push(
      invalid(`${path}.pongService`, 'PingPongServices', pongService, 'must be another Service than pingService'),
    );
  }
  const other = routers.find((router) => !['alb', 'istio', 'gatewayAPI'].includes(router));
  if (other !== undefined || routers.length === 0) {
    problems.push(invalid(path, 'PingPongRouter', other ?? 'no router', 'works only with alb, istio and gatewayAPI'));
  }
  if (trafficRouting?.alb !== undefined && (trafficRouting.alb.rootService ?? '') === '') {
    problems.push(
      required(
        `${PATH}.trafficRouting.alb.rootService`,
        'PingPongRootService',
        'pingPong needs the Service of the Ingress',
      ),
    );
  }
  return problems;
}

function validateScaling({
  dynamicStableScale,
  scaleDownDelaySeconds,
  trafficRouting,
}: CanaryStrategy): readonly Problem[] {
  const problems: Problem[] = [];
  if (scaleDownDelaySeconds !== undefined && trafficRouting === undefined) {
    problems.push(
      invalid(
        `${PATH}.scaleDownDelaySeconds`,
        'DelayNeedsRouting',
        scaleDownDelaySeconds,
        'has a meaning only with trafficRouting; remove it',
      ),
    );
  }
  if (dynamicStableScale === true && trafficRouting === undefined) {
    problems.push(
      invalid(
        `${PATH}.dynamicStableScale`,
        'DynamicNeedsRouting',
        true,
        'has a meaning only with trafficRouting; remove it',
      ),
    );
  }
  if (dynamicStableScale === true && trafficRouting !== undefined && scaleDownDelaySeconds !== undefined) {
    problems.push(
      invalid(
        `${PATH}.scaleDownDelaySeconds`,
        'DelayOrDynamic',
        scaleDownDelaySeconds,
        'cannot stand beside dynamicStableScale, which leaves no old pods; remove one',
      ),
    );
  }
  return problems;
}

function validateRouting(canary: CanaryStrategy, routers: readonly RouterName[], rollout: Rollout): readonly Problem[] {
  const routing = canary.trafficRouting;
  if (routing === undefined) return [];
  const path = `${PATH}.trafficRouting`;
  const problems: Problem[] = Object.keys(routing.plugins ?? {})
    .filter((name) => name !== GATEWAY_API_PLUGIN)
    .map((name) =>
      invalid(
        member(`${path}.plugins`, name),
        'UnknownPlugin',
        name,
        `only ${GATEWAY_API_PLUGIN} is served; remove it`,
      ),
    );
  const { maxTrafficWeight } = routing;
  if (maxTrafficWeight !== undefined) {
    const other = routers.find((router) => router !== 'nginx' && router !== 'gatewayAPI');
    if (maxTrafficWeight < 1) {
      problems.push(invalid(`${path}.maxTrafficWeight`, 'MaxWeight', maxTrafficWeight, 'must be 1 or more'));
    } else if (maxTrafficWeight > GATEWAY_API_MAX_WEIGHT && routers.includes('gatewayAPI')) {
      problems.push(
        invalid(
          `${path}.maxTrafficWeight`,
          'MaxWeight',
          maxTrafficWeight,
          `must be at most ${GATEWAY_API_MAX_WEIGHT}, the largest weight of a backendRef`,
        ),
      );
    } else if (other !== undefined || routers.length === 0) {
      problems.push(
        invalid(
          `${path}.maxTrafficWeight`,
          'MaxWeightRouter',
          maxTrafficWeight,
          `${other ?? 'no router'} reckons with 100; only nginx and plugins take another maximum`,
        ),
      );
    }
  }
  problems.push(...validateManagedRoutes(routing.managedRoutes ?? [], `${path}.managedRoutes`));
  const routes = parseGatewayApi(routing, rollout.metadata.namespace ?? '', path);
  return routes.ok ? problems : [...problems, ...routes.problems];
}

/** Each managed route has a name of its own: the order of the names is the precedence of the routes. */
function validateManagedRoutes(managed: readonly Readonly<{ name: string }>[], path: string): readonly Problem[] {
  return managed.flatMap(({ name }, index) => {
    const place = `${path}[${index}].name`;
    if (name === '') return [required(place, 'ManagedRouteName', 'name the route')];
    const twice = managed.findIndex((other) => other.name === name) < index;
    return twice ? [invalid(place, 'ManagedRouteTwice', name, 'names the same route again; remove one')] : [];
  });
}

/** Refuses an anti-affinity that is not exactly one of its two forms, or whose weight is outside 1 to 100. */
export function validateAntiAffinity(antiAffinity: AntiAffinity | undefined, path: string): readonly Problem[] {
  if (antiAffinity === undefined) return [];
  const preferred = antiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
  const hard = antiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
  if ((preferred === undefined) === (hard === undefined)) {
    return [
      invalid(path, 'OneAntiAffinity', antiAffinity, 'must hold exactly one of the preferred and the required form'),
    ];
  }
  if (preferred !== undefined && (preferred.weight < 1 || preferred.weight > 100)) {
    return [
      invalid(
        `${path}.preferredDuringSchedulingIgnoredDuringExecution.weight`,
        'AffinityWeight',
        preferred.weight,
        'must be 1 to 100',
      ),
    ];
  }
  return [];
}

function validateBackground({ analysis, steps }: CanaryStrategy, rollout: Rollout): readonly Problem[] {
  if (analysis === undefined) return [];
  const problems = [...validateRolloutAnalysis(analysis, rollout, `${PATH}.analysis`)];
  const start = analysis.startingStep;
  const count = steps?.length ?? 0;
  if (start !== undefined && (start < 0 || (start > 0 && start >= count))) {
    problems.push(
      invalid(
        `${PATH}.analysis.startingStep`,
        'StartingStep',
        start,
        count === 0 ? 'must be 0, as there are no steps' : `must be the index of a step, 0 to ${count - 1}`,
      ),
    );
  }
  return problems;
}
