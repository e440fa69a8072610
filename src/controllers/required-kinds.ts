import type { ApiGroup } from '../api/names.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Resource } from '../kube/resource.ts';

const CUSTOM_RESOURCE_DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

type Schema = Readonly<{ properties?: Readonly<Record<string, Schema>> }>;
type Definition = Readonly<{
  spec?: Readonly<{ versions?: readonly Readonly<{ schema?: Readonly<{ openAPIV3Schema?: Schema }> }>[] }>;
}>;

/** A status field of ours that Argo's own CRD does not have, and that the API server would therefore prune. */
const REMEMBERED = 'attempt';

/**
 * Why this cluster cannot be served, in words that name the remedy; undefined when it can, or when that cannot be told
 * (the definitions may not be readable to us). Both groups need our CRDs; in the takeover group Argo's are not enough,
 * because they prune what we remember in the status.
 */
export async function missingKinds(client: Pick<KubeClient, 'get'>, group: ApiGroup): Promise<string | undefined> {
  const name = `rollouts.${group}`;
  const remedy =
    group === 'argoproj.io'
      ? 'sluice takeover crds | kubectl apply --server-side -f -'
      : 'install the Helm chart, or kubectl apply -f crds/sluice.dev';
  const answer = await client.get({ resource: CUSTOM_RESOURCE_DEFINITIONS, name });
  if (!answer.ok) {
    return answer.why === 'NotFound' ? `the CustomResourceDefinition ${name} is not installed: ${remedy}` : undefined;
  }
  const { spec } = answer.value as Definition;
  const complete = (spec?.versions ?? []).some(
    ({ schema }) => schema?.openAPIV3Schema?.properties?.['status']?.properties?.[REMEMBERED] !== undefined,
  );
  if (complete) return undefined;
  return `the CustomResourceDefinition ${name} is not Sluice's: it would drop what a rollout must remember; ${remedy}`;
}
