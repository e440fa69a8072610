import type { KubeClient } from '../kube/client.ts';
import type { ObjectMeta, Resource } from '../kube/resource.ts';
import type { Outcome } from './outcome.ts';
import { DONE } from './outcome.ts';
import { mergePatchBetween } from './status-patch.ts';

/** Writes what changed of a status, if the object is still as it was observed; nothing when nothing changed. */
export async function writeStatus(
  client: KubeClient,
  resource: Resource,
  { metadata, status: before }: Readonly<{ metadata: ObjectMeta; status?: unknown }>,
  status: unknown,
): Promise<Outcome> {
  const patch = mergePatchBetween(before, status);
  if (patch === undefined) return DONE;
  const { namespace = '', name, resourceVersion } = metadata;
  // In the takeover group only Rollouts have a status subresource: that of the others is part of the object (rollout-semantics 0).
  const whole = resource.group === 'argoproj.io' && resource.kind !== 'Rollout';
  const answer = await client.patch(
    { resource, namespace, name, ...(whole ? {} : { subresource: 'status' }) },
    { kind: 'Merge', body: { metadata: { resourceVersion }, status: patch } },
  );
  return answer.ok ? DONE : answer;
}
