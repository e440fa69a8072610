import { API_VERSION } from '../../../src/api/names.ts';
import type { ApiGroup } from '../../../src/api/names.ts';
import {
  AUTOSCALERS,
  DEPLOYMENTS,
  DISRUPTION_BUDGETS,
  ENDPOINT_SLICES,
  GATEWAYS,
  ROUTES,
  JOBS,
  NAMESPACES,
  NODES,
  PODS,
  REPLICA_SETS,
  RESOURCE_QUOTAS,
  SERVICES,
} from '../../../src/emulator/steps/kinds.ts';
import { CONFIG_MAPS, EVENTS, LEASES } from '../../../src/kube/kinds.ts';
import type { KubeObject, Resource } from '../../../src/kube/resource.ts';
import { apiVersionOf } from '../../../src/kube/resource.ts';

const SECRETS: Resource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespaced: true };
const POD_TEMPLATES: Resource = {
  group: '',
  version: 'v1',
  plural: 'podtemplates',
  kind: 'PodTemplate',
  namespaced: true,
};

const BUILT_IN: readonly Resource[] = [
  PODS,
  REPLICA_SETS,
  SERVICES,
  ENDPOINT_SLICES,
  ...ROUTES,
  EVENTS,
  DEPLOYMENTS,
  JOBS,
  AUTOSCALERS,
  DISRUPTION_BUDGETS,
  RESOURCE_QUOTAS,
  CONFIG_MAPS,
  SECRETS,
  POD_TEMPLATES,
  GATEWAYS,
  NAMESPACES,
  NODES,
  LEASES,
];

const OWN = {
  Rollout: 'rollouts',
  AnalysisRun: 'analysisruns',
  AnalysisTemplate: 'analysistemplates',
  ClusterAnalysisTemplate: 'clusteranalysistemplates',
  Experiment: 'experiments',
} as const;

/** The kinds of ours, in a group. */
export function ownResources(group: ApiGroup): readonly Resource[] {
  return Object.entries(OWN).map(([kind, plural]) => ({
    group,
    version: API_VERSION,
    plural,
    kind,
    namespaced: kind !== 'ClusterAnalysisTemplate',
  }));
}

/** The resource of a kind that scenarios use; throws for a kind that this file does not know yet. */
export function resourceOf(kind: string, group: ApiGroup): Resource {
  const found = [...ownResources(group), ...BUILT_IN].find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`scenarios know no kind ${kind}; add it to test/scenarios/runner/kinds.ts`);
  return found;
}

/** Everything that happens to these is watched for rules and for the timeline. */
export function watchedResources(group: ApiGroup): readonly Resource[] {
  // Routes of other protocols are no standard kinds of every server; a kind that is not there would be waited for.
  const others = ROUTES.filter((one) => one.kind !== 'HTTPRoute');
  const without = new Set<Resource>([NAMESPACES, NODES, LEASES, GATEWAYS, CONFIG_MAPS, SECRETS, ...others]);
  return [...ownResources(group), ...BUILT_IN.filter((one) => !without.has(one))];
}

/** The path of a collection. */
export function collectionOf(resource: Resource, namespace: string): string {
  const root = resource.group === '' ? '/api' : '/apis';
  const place = resource.namespaced ? `/namespaces/${namespace}` : '';
  return `${root}/${apiVersionOf(resource)}${place}/${resource.plural}`;
}

/** An object as it is sent: in the group under test, in the scenario's namespace. */
export function inGroup(object: KubeObject, group: ApiGroup, namespace: string): KubeObject {
  const { apiVersion = '' } = object;
  const [ownGroup, version] = apiVersion.split('/');
  const ours = ownGroup === 'sluice.dev' ? `${group}/${version ?? ''}` : apiVersion;
  const { namespaced } = resourceOf(object.kind ?? '', group);
  return { ...object, apiVersion: ours, metadata: namespaced ? { ...object.metadata, namespace } : object.metadata };
}
