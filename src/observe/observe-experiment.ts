import type { Experiment } from '../api/experiment.ts';
import { EXPERIMENT_TEMPLATE } from '../api/names.ts';
import { controllerUidOf } from '../kube/resource.ts';
import type { ObservedExperiment, ObservedExperimentService } from '../plan/experiment/observed-experiment.ts';
import { backendKey } from '../routers/backends.ts';
import type { Surroundings } from './observe-rollout.ts';
import { REFUSAL_PREFIX } from './observe-rollout.ts';
import { observeReplicaSet } from './owned.ts';
import { ROUTE_STORES } from './routes.ts';
import type { Service, Stores } from './stores.ts';
import { BY_BACKEND } from './stores.ts';
import { gatherTemplates } from './templates.ts';

/** Gathers all that a decision about an Experiment depends on; undefined when it is gone or being deleted. */
export function observeExperiment(
  stores: Stores,
  around: Surroundings,
  namespace: string,
  name: string,
): ObservedExperiment | undefined {
  const experiment = stores.experiments.get(namespace, name);
  if (experiment === undefined || experiment.metadata.deletionTimestamp !== undefined) return undefined;
  const uid = experiment.metadata.uid ?? '';
  const replicaSets = stores.replicaSets.byOwner(uid).map(observeReplicaSet);
  const own = stores.services.byOwner(uid);
  const wanted = [...experimentServices(experiment), ...replicaSets.map((replicaSet) => replicaSet.name)];
  const foreign = [...new Set(wanted)].flatMap((service) => {
    const found = stores.services.get(namespace, service);
    return found === undefined || controllerUidOf(found) === uid ? [] : [found];
  });
  return {
    group: around.group,
    instanceId: around.instanceId,
    experiment,
    replicaSets,
    services: [...own, ...foreign].map((service) => observe(stores, service, uid)),
    analysisRuns: stores.analysisRuns.byOwner(uid),
    analysisTemplates: gatherTemplates(stores, experimentTemplates(experiment), namespace),
    refusals: around.answers
      .about(uid)
      .filter(({ question }) => question.startsWith(REFUSAL_PREFIX))
      .map(({ answer }) => answer as ObservedExperiment['refusals'][number]),
  };
}

/** The names of the Services that an Experiment wants, as far as its spec tells. */
export function experimentServices({ metadata, spec }: Experiment): readonly string[] {
  return (spec.templates ?? []).flatMap(({ name, service }) => {
    if (service === undefined) return [];
    return [service.name === undefined || service.name === '' ? `${metadata.name}-${name}` : service.name];
  });
}

/** The analysis templates that an Experiment names itself. */
export function experimentTemplates({
  spec,
}: Experiment): readonly Readonly<{ name: string; clusterScope: boolean }>[] {
  return (spec.analyses ?? []).map(({ templateName, clusterScope }) => ({
    name: templateName,
    clusterScope: clusterScope === true,
  }));
}

function observe(stores: Stores, service: Service, owner: string): ObservedExperimentService {
  const { name, namespace = '', uid = '', resourceVersion = '', annotations, deletionTimestamp } = service.metadata;
  return {
    name,
    uid,
    resourceVersion,
    own: controllerUidOf(service) === owner,
    deleting: deletionTimestamp !== undefined,
    template: annotations?.[EXPERIMENT_TEMPLATE] ?? '',
    routed: Object.values(ROUTE_STORES).some(
      (routes) => stores[routes].byIndex(BY_BACKEND, backendKey(namespace, name)).length > 0,
    ),
  };
}
