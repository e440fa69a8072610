import type { ApiGroup } from '../api/names.ts';
import type { ParsedRoute, RouteResource } from '../api/gateway-api-routes.ts';
import type { ParsedRouting } from '../api/parse-canary.ts';
import { parseCanary } from '../api/parse-canary.ts';
import type { Rollout } from '../api/rollout.ts';
import { rolesOf } from '../api/split-services.ts';
import type { AnswerReader } from '../kube/answers.ts';
import { keyOf } from '../kube/resource.ts';
import { WORKLOAD_FINALIZER } from '../api/names.ts';
import { templateGeneration } from '../plan/rollout/workload.ts';
import { observeWorkload } from './workload.ts';
import type { ObservedRoute, ObservedRollout, Refusal, TemplateAnswer } from '../plan/rollout/observed-rollout.ts';
import { observeLeft } from './left.ts';
import { observeReplicaSet } from './owned.ts';
import { observePods } from './pods.ts';
import type { RouteStoreName } from './routes.ts';
import { observeRoute, routesMeant, routesOfKind } from './routes.ts';
import { observeService } from './services.ts';
import type { Stores } from './stores.ts';
import { gatherTemplates } from './templates.ts';
import { observeTrialServices } from './trial-services.ts';

/** What an observation takes in beside the stores. */
export type Surroundings = Readonly<{ group: ApiGroup; instanceId: string; answers: AnswerReader }>;

/** The question that a dry-run create of the template answers. */
export const TEMPLATE_QUESTION = 'template';
/** Questions of this form hold a refused write: `refused/<action>/<object>`. */
export const REFUSAL_PREFIX = 'refused/';

/**
 * Gathers all that a decision about a Rollout depends on; undefined when it is gone, or being deleted with nothing to be
 * given back first.
 */
export function observeRollout(
  stores: Stores,
  around: Surroundings,
  namespace: string,
  name: string,
): ObservedRollout | undefined {
  const rollout = stores.rollouts.get(namespace, name);
  if (rollout === undefined) return undefined;
  const { finalizers = [] } = rollout.metadata;
  if (rollout.metadata.deletionTimestamp !== undefined) {
    return finalizers.includes(WORKLOAD_FINALIZER) ? observeLeaving(stores, around, rollout) : undefined;
  }
  const uid = rollout.metadata.uid ?? '';
  const replicaSets = stores.replicaSets.byOwner(uid);
  const experiments = stores.experiments.byOwner(uid);
  const workload = observeWorkload(stores, rollout);
  return {
    group: around.group,
    instanceId: around.instanceId,
    rollout,
    replicaSets: replicaSets.map(observeReplicaSet),
    pods: observePods(stores, rollout, replicaSets),
    services: servicesOf(rollout).map((service) => observeService(stores, rollout, service)),
    routes: observeRoutes(stores, rollout, around.group),
    ...observeLeft(stores, rollout, { services: servicesOf(rollout), routes: routesOf(stores, rollout) }),
    missingRouteKinds: missingRouteKinds(stores, rollout),
    analysisRuns: stores.analysisRuns.byOwner(uid),
    experiments,
    trialServices: observeTrialServices(stores, rollout, experiments),
    analysisTemplates: gatherTemplates(stores, templatesOf(rollout), namespace),
    ...workload,
    templateAnswer: readTemplateAnswer(around.answers, rollout, workload.workload),
    refusals: readRefusals(around.answers, rollout),
  };
}

/** A Rollout that is being deleted and has something to give back first: all that bears its mark is left behind. */
function observeLeaving(
  stores: Stores,
  { group, instanceId, answers }: Surroundings,
  rollout: Rollout,
): ObservedRollout {
  return {
    group,
    instanceId,
    rollout,
    replicaSets: stores.replicaSets.byOwner(rollout.metadata.uid ?? '').map(observeReplicaSet),
    pods: [],
    services: [],
    trialServices: [],
    routes: [],
    ...observeLeft(stores, rollout, { services: [], routes: [] }),
    missingRouteKinds: [],
    analysisRuns: [],
    experiments: [],
    analysisTemplates: [],
    ...observeWorkload(stores, rollout),
    templateAnswer: undefined,
    refusals: readRefusals(answers, rollout),
  };
}

/** The names of the Services that a Rollout's spec names, each once. */
export function servicesOf(rollout: Rollout): readonly string[] {
  const { blueGreen } = rollout.spec.strategy ?? {};
  const { canary, stable } = rolesOf(rollout);
  const names = [canary, stable, blueGreen?.activeService, blueGreen?.previewService];
  return [...new Set(names.flatMap((name) => (name === undefined || name === '' ? [] : [name])))];
}

/** How a Rollout's spec splits requests; undefined for one that does not. */
export function routingOf(rollout: Rollout): ParsedRouting | undefined {
  const canary = rollout.spec.strategy?.canary;
  if (canary?.trafficRouting === undefined) return undefined;
  return parseCanary(canary, rollout.metadata.namespace ?? '').routing;
}

/** The routes that a Rollout's spec means, by name or by label. */
export function routesOf(stores: Pick<Stores, RouteStoreName>, rollout: Rollout): readonly ParsedRoute[] {
  const routing = routingOf(rollout);
  return routing === undefined ? [] : routesMeant(stores, routing);
}

function observeRoutes(stores: Stores, rollout: Rollout, group: ApiGroup): readonly ObservedRoute[] {
  const routing = routingOf(rollout);
  if (routing === undefined) return [];
  const { canary = '', stable = '' } = rolesOf(rollout);
  const writer = {
    group,
    rollout: keyOf(rollout.metadata),
    uid: rollout.metadata.uid ?? '',
    canary,
    stable,
  };
  const terms = { declared: routing.managedRoutes, label: routing.label, total: routing.maxWeight };
  return routesMeant(stores, routing).map((route) => observeRoute(stores, route, writer, terms));
}

/** The kinds of routes that the spec asks for and the server does not have. */
function missingRouteKinds(stores: Stores, rollout: Rollout): readonly RouteResource[] {
  const { routes = [], selectors = [] } = routingOf(rollout) ?? {};
  const asked = new Set([...routes, ...selectors].map(({ resource }) => resource));
  return [...asked].filter((resource) => !routesOfKind(stores, resource).synced);
}

/** The templates that a Rollout's spec names itself. */
export function templatesOf(rollout: Rollout): readonly Readonly<{ name: string; clusterScope: boolean }>[] {
  const { canary, blueGreen } = rollout.spec.strategy ?? {};
  const analyses = [
    canary?.analysis,
    ...(canary?.steps ?? []).map((step) => step.analysis),
    blueGreen?.prePromotionAnalysis,
    blueGreen?.postPromotionAnalysis,
  ];
  const ofExperiments = (canary?.steps ?? []).flatMap(({ experiment }) => experiment?.analyses ?? []);
  return [{ templates: ofExperiments }, ...analyses].flatMap((analysis) =>
    (analysis?.templates ?? []).flatMap(({ templateName, clusterScope }) =>
      templateName === undefined ? [] : [{ name: templateName, clusterScope: clusterScope === true }],
    ),
  );
}

function readTemplateAnswer(
  answers: AnswerReader,
  rollout: Rollout,
  workload: ObservedRollout['workload'],
): TemplateAnswer | undefined {
  const generation = templateGeneration(rollout, workload);
  const answer = answers.get(rollout.metadata.uid ?? '', TEMPLATE_QUESTION, generation);
  return answer === undefined ? undefined : (answer as TemplateAnswer);
}

function readRefusals(answers: AnswerReader, rollout: Rollout): readonly Refusal[] {
  const { uid = '', generation = 0 } = rollout.metadata;
  return answers
    .about(uid)
    .filter(({ question, generation: asked }) => question.startsWith(REFUSAL_PREFIX) && asked === String(generation))
    .map(({ answer }) => answer as Refusal);
}
