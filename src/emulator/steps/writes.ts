import type { KubeObject, Resource } from '../../kube/resource.ts';
import { sameJson } from '../../units/canonical-json.ts';
import type { Instant } from '../../units/instant.ts';
import { formatInstant } from '../../units/instant.ts';
import type { ClusterWrite } from '../step.ts';
import type { Condition } from './shapes.ts';

/** The write that gives the object this status; none when it has it. */
export function writeStatus<T extends KubeObject & Readonly<{ status?: unknown }>>(
  resource: Resource,
  object: T,
  status: NonNullable<T['status']>,
): readonly ClusterWrite[] {
  if (sameJson(object.status ?? {}, status)) return [];
  return [{ kind: 'Replace', resource, object: { ...object, status }, subresource: 'status' }];
}

/** A write that removes the object, if it is still the one that was seen. */
export function removal(resource: Resource, object: KubeObject, graceSeconds?: number): ClusterWrite {
  const { namespace, name, uid = '' } = object.metadata;
  return {
    kind: 'Delete',
    resource,
    name,
    uid,
    ...(namespace === undefined ? {} : { namespace }),
    ...(graceSeconds === undefined ? {} : { graceSeconds }),
  };
}

/**
 * The conditions with this one in its place, or at the end; the time of the last transition moves only when the status
 * of the condition does.
 */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  wanted: Condition,
  now: Instant,
): readonly Condition[] {
  const before = conditions?.find(({ type }) => type === wanted.type);
  const lastTransitionTime =
    before?.status === wanted.status ? (before.lastTransitionTime ?? formatInstant(now)) : formatInstant(now);
  const condition = { ...wanted, lastTransitionTime };
  if (before === undefined) return [...(conditions ?? []), condition];
  return (conditions ?? []).map((one) => (one === before ? condition : one));
}

/** The counts without those that are 0: Kubernetes leaves them out of a status (omitempty). */
export function counted<T extends Readonly<Record<string, number>>>(counts: T): Partial<T> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)) as Partial<T>;
}
