import type { ApiGroup } from '../api/names.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Resource } from '../kube/resource.ts';
import { ownKinds } from './world.ts';

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
 * Why this cluster cannot be served, in words that name the remedy; undefined when it can, or when that cannot be told.
 * In the takeover group Argo's own definitions are not enough, because they prune what we remember in the status: there
 * the definition itself is read, which wants a right of its own.
 */
export async function missingKinds(
  client: Pick<KubeClient, 'get' | 'list'>,
  group: ApiGroup,
  namespace: string | undefined,
): Promise<string | undefined> {
  const { rollouts } = ownKinds(group);
  const listed = await client.list(rollouts, namespace === undefined ? {} : { namespace }, { limit: 1 });
  const name = `rollouts.${group}`;
  const takeover = group === 'argoproj.io';
  const remedy = takeover
    ? 'sluice takeover crds | kubectl apply --server-side --force-conflicts -f -'
    : 'install the Helm chart, or kubectl apply -f crds/sluice.dev';
  if (!listed.ok && listed.why === 'NotFound') {
    return `the CustomResourceDefinition ${name} is not installed: ${remedy}`;
  }
  if (!takeover) return undefined;
  const answer = await client.get({ resource: CUSTOM_RESOURCE_DEFINITIONS, name });
  if (!answer.ok || remembers(answer.value as Definition)) return undefined;
  return `the CustomResourceDefinition ${name} is not Sluice's and would drop what a rollout must remember: ${remedy}`;
}

function remembers({ spec }: Definition): boolean {
  return (spec?.versions ?? []).some(
    ({ schema }) => schema?.openAPIV3Schema?.properties?.['status']?.properties?.[REMEMBERED] !== undefined,
  );
}
