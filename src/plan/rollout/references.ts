import type { Problem } from '../../api/problem.ts';
import { invalid } from '../../api/problem.ts';
import type { PodTemplate } from '../../api/meta.ts';
import { HASH_LABEL } from '../../api/names.ts';
import type { ObservedRoute, ObservedService } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf } from './situation.ts';

/** What is wrong with the objects that the spec names: a Service or route that is missing, foreign, or does not fit. */
export function referenceProblems(situation: Situation): readonly Problem[] {
  return [...serviceProblems(situation), ...routeProblems(situation)];
}

function serviceProblems(situation: Situation): readonly Problem[] {
  const canary = canaryOf(situation);
  const blueGreen = blueGreenOf(situation);
  const named: readonly (readonly [path: string, name: string | undefined])[] = [
    ['spec.strategy.canary.canaryService', canary?.canaryService],
    ['spec.strategy.canary.stableService', canary?.stableService],
    ['spec.strategy.blueGreen.activeService', blueGreen?.activeService],
    ['spec.strategy.blueGreen.previewService', blueGreen?.previewService],
  ];
  return named.flatMap(([path, name]) => {
    if (name === undefined) return [];
    const service = situation.observed.services.find((candidate) => candidate.name === name);
    return serviceProblem(situation, path, name, service);
  });
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
  const canary = canaryOf(situation);
  return (canary?.routing?.routes ?? []).flatMap(({ namespace, name }) => {
    const route = situation.observed.routes.find(
      (candidate) => candidate.route.name === name && candidate.route.namespace === namespace,
    );
    return routeProblem(
      'spec.strategy.canary.trafficRouting',
      name,
      route,
      canary?.stableService,
      canary?.canaryService,
    );
  });
}

function routeProblem(
  path: string,
  name: string,
  route: ObservedRoute | undefined,
  stable: string | undefined,
  canary: string | undefined,
): readonly Problem[] {
  if (route?.exists !== true) {
    return [
      invalid(path, 'RouteMissing', name, `HTTPRoute "${name}" does not exist; create it, or name one that exists`),
    ];
  }
  if (route.split !== undefined) return [];
  const why = `no rule of HTTPRoute "${name}" names both Services; add backendRefs for "${stable}" and "${canary}" to one rule`;
  return [invalid(path, 'RouteLacksBackends', name, why)];
}
