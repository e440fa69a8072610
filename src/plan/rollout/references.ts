import type { RouteResource } from '../../api/gateway-api-routes.ts';
import { routeKindOf } from '../../api/gateway-api-routes.ts';
import { formatSelector } from '../../api/label-selector.ts';
import type { Problem } from '../../api/problem.ts';
import { invalid } from '../../api/problem.ts';
import { stableSideOf } from '../../api/split-services.ts';
import type { PodTemplate } from '../../api/meta.ts';
import { HASH_LABEL } from '../../api/names.ts';
import type { SplitServices } from '../action.ts';
import type { ObservedRoute, ObservedService } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf } from './situation.ts';

const ROUTING = 'spec.strategy.canary.trafficRouting';

/** What is wrong with the objects that the spec names: a Service or route that is missing, foreign, or does not fit. */
export function referenceProblems(situation: Situation): readonly Problem[] {
  return [...serviceProblems(situation), ...routeProblems(situation)];
}

function serviceProblems(situation: Situation): readonly Problem[] {
  const canary = canaryOf(situation);
  const blueGreen = blueGreenOf(situation);
  const named: readonly (readonly [path: string, name: string | undefined])[] = [
    [pathOf(situation, 'canary'), canary?.canaryService],
    [pathOf(situation, 'stable'), canary?.stableService],
    ['spec.strategy.blueGreen.activeService', blueGreen?.activeService],
    ['spec.strategy.blueGreen.previewService', blueGreen?.previewService],
  ];
  return named.flatMap(([path, name]) => {
    if (name === undefined) return [];
    const service = situation.observed.services.find((candidate) => candidate.name === name);
    return serviceProblem(situation, path, name, service);
  });
}

/** Where the spec names the canary or the stable Service. */
function pathOf(situation: Situation, role: 'canary' | 'stable'): string {
  if (canaryOf(situation)?.pingPong !== true) return `spec.strategy.canary.${role}Service`;
  const stable = stableSideOf(situation);
  const other = stable === 'ping' ? 'pong' : 'ping';
  return `spec.strategy.canary.pingPong.${role === 'stable' ? stable : other}Service`;
}

function serviceProblem(
  situation: Situation,
  path: string,
  name: string,
  service: ObservedService | undefined,
): readonly Problem[] {
  if (service?.exists !== true) {
    return [
      invalid(path, 'ServiceMissing', name, `Service "${name}" does not exist; create it, or name one that exists`),
    ];
  }
  const owner = situation.observed.rollout.metadata.name;
  if (service.managedBy !== undefined && service.managedBy !== owner) {
    const why = `Service "${name}" is managed by Rollout "${service.managedBy}"; give each Rollout Services of its own`;
    return [invalid(path, 'ServiceClaimed', name, why)];
  }
  const template: PodTemplate = situation.spec.template;
  const labels = template.metadata?.labels ?? {};
  const odd = Object.entries(service.selector).find(([key, value]) => key !== HASH_LABEL && labels[key] !== value);
  if (odd === undefined) return [];
  const why = `the selector of Service "${name}" asks for ${odd[0]}=${odd[1]}, which the pod template does not have; correct one of them`;
  return [invalid(path, 'ServiceSelectsOthers', name, why)];
}

function routeProblems(situation: Situation): readonly Problem[] {
  const { routing, stableService = '', canaryService = '' } = canaryOf(situation) ?? {};
  const { routes, missingRouteKinds } = situation.observed;
  const services = { stable: stableService, canary: canaryService };
  return [
    ...missingRouteKinds.map(kindProblem),
    ...routes
      .filter(({ route }) => !missingRouteKinds.includes(route.resource))
      .flatMap((route) => [...routeProblem(route, services), ...nameProblems(route, routing?.managedRoutes ?? [])]),
    ...(routing?.selectors ?? [])
      .filter(({ resource }) => !missingRouteKinds.includes(resource))
      .filter(({ resource }) => !routes.some(({ route }) => route.resource === resource))
      .map(({ resource, namespace, selector }) => {
        const kind = routeKindOf(resource);
        const why = `no ${kind} in namespace "${namespace}" has these labels; label one, or name the ${kind}`;
        return invalid(ROUTING, 'NoRouteSelected', formatSelector(selector), why);
      }),
  ];
}

function kindProblem(resource: RouteResource): Problem {
  const kind = routeKindOf(resource);
  const why = `the cluster has no ${kind} of gateway.networking.k8s.io/v1, or Sluice was not told to serve it (routeKinds); install its CustomResourceDefinition, or name other routes`;
  return invalid(ROUTING, 'RouteKindMissing', kind, why);
}

/** A rule of the author's with the name of a managed route: we would have two, and could not tell them apart. */
function nameProblems({ route, authored }: ObservedRoute, declared: readonly string[]): readonly Problem[] {
  if (!route.headerRoutes) return [];
  return declared
    .filter((name) => authored.includes(name))
    .map((name) => {
      const why = `${routeKindOf(route.resource)} "${route.name}" has a rule of this name that is not ours; give the managed route another name`;
      return invalid(`${ROUTING}.managedRoutes`, 'RuleNameTaken', name, why);
    });
}

function routeProblem(
  { route: { resource, name }, exists, split }: ObservedRoute,
  { stable, canary }: SplitServices,
): readonly Problem[] {
  const kind = routeKindOf(resource);
  if (!exists) {
    return [
      invalid(ROUTING, 'RouteMissing', name, `${kind} "${name}" does not exist; create it, or name one that exists`),
    ];
  }
  if (split !== undefined) return [];
  const why = `no rule of ${kind} "${name}" names both Services; add backendRefs for "${stable}" and "${canary}" to one rule`;
  return [invalid(ROUTING, 'RouteLacksBackends', name, why)];
}
