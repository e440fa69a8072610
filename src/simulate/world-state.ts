import type { AnalysisRun } from '../api/analysis.ts';
import type { Rollout } from '../api/rollout.ts';
import { ownKinds } from '../controllers/world.ts';
import { ENDPOINT_SLICES, HTTP_ROUTES, PODS, REPLICA_SETS, SERVICES, getOf, listOf } from '../emulator/steps/kinds.ts';
import type { EndpointSlice } from '../emulator/steps/shapes.ts';
import { isRivals, rivalsOf } from './rival.ts';
import type { WorldState } from './checkers/checker.ts';
import type { WorldCluster } from './cluster.ts';
import { PLACE } from './manifests.ts';

/** The world as it is stored, and as its proxies are, at this moment. */
export function readWorldState({ server, fleet }: WorldCluster): WorldState {
  const { view } = server;
  const { namespace, name } = PLACE;
  return {
    rollout: view.get(ownKinds('sluice.dev').rollouts, namespace, name) as Rollout | undefined,
    replicaSets: listOf(view, REPLICA_SETS, namespace).filter((one) => !isRivals(one)),
    pods: listOf(view, PODS, namespace),
    services: listOf(view, SERVICES, namespace),
    route: getOf(view, HTTP_ROUTES, namespace, name),
    rivals: rivalsOf(view),
    proxies: fleet.proxies,
    endpointsOf: (service) => readyEndpoints(listOf(view, ENDPOINT_SLICES, namespace), service),
  };
}

function readyEndpoints(slices: readonly EndpointSlice[], service: string): number {
  const own = slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
  return own.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready).length;
}

/** The AnalysisRuns of the world, by name. */
export function readRuns({ server }: WorldCluster): readonly AnalysisRun[] {
  const runs = server.view.list(ownKinds('sluice.dev').analysisRuns, PLACE.namespace) as readonly AnalysisRun[];
  return runs.filter((run) => !isRivals(run));
}
