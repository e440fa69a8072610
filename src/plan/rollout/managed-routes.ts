import type { ManagedRoute } from '../../api/managed-routes.ts';
import type { ParsedStep } from '../../api/parse-canary.ts';
import { sameJson } from '../../units/canonical-json.ts';
import type { ObservedRoute } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { canaryOf, endpointsAre, serviceNamed } from './situation.ts';
import { stableServiceServesCurrent } from './split.ts';
import { canarySide } from './weights.ts';

/**
 * The header and mirror routes that the steps up to and including `index` leave in force: of each name the last change
 * wins; their order is that of managedRoutes. Past the last step all of them count. Source: rollout-semantics 4.1.
 */
export function foldRoutes(
  steps: readonly ParsedStep[],
  index: number,
  declared: readonly string[],
): readonly ManagedRoute[] {
  const routes = new Map<string, ManagedRoute | undefined>();
  for (const step of steps.slice(0, index + 1)) {
    for (const part of step.parts) if (part.kind === 'SetRoute') routes.set(part.change.name, part.change.route);
  }
  return declared.flatMap((name) => routes.get(name) ?? []);
}

/** The managed routes that should be in force now; Hold: those that are there, whatever they are, stay. */
export function chooseManaged(situation: Situation): readonly ManagedRoute[] | 'Hold' {
  const { current, promoted, aborted, promoteFull, replicas, spec, steps, stepIndex } = situation;
  if (replicas === 0 || aborted) return [];
  if (promoted) return stableServiceServesCurrent(situation) ? [] : 'Hold';
  // Whoever comes by a header is sent to the canary alone: without pods, or with those of another revision, to nobody.
  if (current === undefined || current.available === 0 || canarySide(situation) !== current) return [];
  if (spec.paused) return 'Hold';
  if (promoteFull) return [];
  const canary = canaryOf(situation);
  const service = serviceNamed(situation, canary?.canaryService);
  if (!endpointsAre(service, current.hash, 1)) return 'Hold';
  return foldRoutes(steps, stepIndex, canary?.routing?.managedRoutes ?? []);
}

/** Of these managed routes, those that a route can hold and is to hold. Mirrors are made in HTTPRoutes only. */
export function managedFor({ route }: ObservedRoute, managed: readonly ManagedRoute[]): readonly ManagedRoute[] {
  if (!route.headerRoutes) return [];
  if (route.resource === 'httproutes') return managed;
  return route.resource === 'grpcroutes' ? managed.filter(({ kind }) => kind === 'Header') : [];
}

/** True when a route holds exactly these managed routes, each as it should be. */
export function holdsManaged(route: ObservedRoute, managed: readonly ManagedRoute[]): boolean {
  return route.intact && sameJson(route.managed, managedFor(route, managed));
}
