import type { KubeObject } from '../kube/resource.ts';
import { formatInstant, add } from '../units/instant.ts';
import { seconds } from '../units/duration.ts';
import type { Core } from './core.ts';
import type { Kind } from './kind.ts';
import { shown } from './kind.ts';
import type { Refusal } from './refusal.ts';
import { invalid, isRefusal, notFound, refuse, qualified, unsupported } from './refusal.ts';
import type { JsonMap } from './schema.ts';
import { isMap, sameValue, withMember } from './schema.ts';
import type { Target } from './update.ts';

/** DeleteOptions, from the body or the query. */
export type DeleteOptions = Readonly<{
  uid?: string;
  resourceVersion?: string;
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  graceSeconds?: number;
  dryRun: boolean;
}>;

/** What became of a deletion. */
export type Deletion = Readonly<{ object: KubeObject; gone: boolean }>;

const POLICIES = ['Foreground', 'Background', 'Orphan'];

/** Reads DeleteOptions; 422 for a policy that does not exist. */
export function readDeleteOptions(body: unknown, query: Readonly<Record<string, string>>): DeleteOptions | Refusal {
  const options: JsonMap = isMap(body) ? body : {};
  const {
    preconditions,
    propagationPolicy = query['propagationPolicy'],
    gracePeriodSeconds,
    dryRun,
    orphanDependents,
  } = options;
  if (propagationPolicy !== undefined && !POLICIES.some((one) => one === propagationPolicy)) {
    const problem = unsupported('propagationPolicy', propagationPolicy, [...POLICIES, 'nil']);
    return invalid({ group: 'meta.k8s.io', version: 'v1', plural: '', kind: 'DeleteOptions', namespaced: false }, '', [
      problem,
    ]);
  }
  const grace =
    gracePeriodSeconds ?? (query['gracePeriodSeconds'] === undefined ? undefined : Number(query['gracePeriodSeconds']));
  const guard: JsonMap = isMap(preconditions) ? preconditions : {};
  const policy = propagationPolicy ?? (orphanDependents === true ? 'Orphan' : undefined);
  return {
    ...(typeof guard['uid'] === 'string' ? { uid: guard['uid'] } : {}),
    ...(typeof guard['resourceVersion'] === 'string' ? { resourceVersion: guard['resourceVersion'] } : {}),
    ...(policy === undefined ? {} : { propagation: policy as 'Background' | 'Foreground' | 'Orphan' }),
    ...(typeof grace === 'number' ? { graceSeconds: grace } : {}),
    dryRun: (Array.isArray(dryRun) && dryRun.includes('All')) || query['dryRun'] === 'All',
  };
}

/** Deletes an object, or marks it as going while finalizers or its grace hold it. */
export function deleteObject(core: Core, target: Target, options: DeleteOptions): Deletion | Refusal {
  const { kind, namespace, name } = target;
  const before = core.state.get(kind.table, namespace, name);
  if (before === undefined) return notFound(kind.resource, name);
  const refused = preconditionRefusal(kind, before, options);
  if (refused !== undefined) return refused;
  const outcome = marked(core, kind, before, options);
  if (isRefusal(outcome)) return outcome;
  const { object, gone } = outcome;
  if (options.dryRun) return { object: shown(kind, object), gone };
  if (gone) return { object: shown(kind, core.state.remove(kind.table, object)), gone };
  const kept = sameValue(object, before) ? before : core.state.put(kind.table, object);
  return { object: shown(kind, kept), gone };
}

function preconditionRefusal({ resource }: Kind, before: KubeObject, options: DeleteOptions): Refusal | undefined {
  const { uid = '', resourceVersion = '', name } = before.metadata;
  const lost = (why: string): Refusal => {
    const { group, kind } = resource;
    const message = `Operation cannot be fulfilled on ${qualified(kind, group)} "${name}": ${why}`;
    return refuse(409, 'Conflict', message, { name, ...(group === '' ? {} : { group }), kind });
  };
  if (options.uid !== undefined && options.uid !== uid) {
    return lost(
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    return lost(
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
  return undefined;
}

/** Tables whose objects go only when what they hold has gone. */
const OUTLIVES = ['/namespaces', 'apiextensions.k8s.io/customresourcedefinitions'];

/** The object with what a deletion writes into it, and whether nothing holds it any more. */
function marked(core: Core, kind: Kind, before: KubeObject, options: DeleteOptions): Deletion {
  // The dependents of a Job were left alone before there was a choice, and still are. Source: job/strategy.go.
  const propagation = options.propagation ?? (kind.table === 'batch/jobs' ? 'Orphan' : undefined);
  const finalizers = finalizersFor(before, propagation);
  const grace = kind.table === '/pods' ? podGrace(before, options) : 0;
  const holds = finalizers.length > 0 || grace > 0 || OUTLIVES.includes(kind.table);
  const old = before.metadata as KubeObject['metadata'] & { deletionGracePeriodSeconds?: number };
  let metadata: KubeObject['metadata'] = withMember(old, 'finalizers', finalizers.length > 0 ? finalizers : undefined);
  const shortens = old.deletionTimestamp !== undefined && grace < (old.deletionGracePeriodSeconds ?? 0);
  if (old.deletionTimestamp === undefined || shortens) {
    metadata = {
      ...metadata,
      deletionTimestamp: formatInstant(add(core.now(), seconds(grace))),
      ...(metadata.generation === undefined || shortens || OUTLIVES.includes(kind.table)
        ? {}
        : { generation: metadata.generation + 1 }),
    };
    if (!OUTLIVES.includes(kind.table)) metadata = withMember(metadata, 'deletionGracePeriodSeconds', grace);
  }
  const object = { ...before, metadata };
  // An object that waits for nothing is told of as it was; a pod with the mark of its deletion.
  if (!holds) return { object: kind.table === '/pods' ? object : before, gone: true };
  const gone = old.deletionTimestamp !== undefined && finalizers.length === 0 && grace === 0 && kind.table === '/pods';
  return { object: kind.table === '/namespaces' ? terminating(object) : object, gone };
}

function terminating(namespace: KubeObject): KubeObject {
  return withMember(namespace, 'status', { ...(namespace as { status?: object }).status, phase: 'Terminating' });
}

const POLICY_FINALIZERS: Readonly<Record<string, string>> = { Foreground: 'foregroundDeletion', Orphan: 'orphan' };

function finalizersFor({ metadata }: KubeObject, propagation: DeleteOptions['propagation']): readonly string[] {
  const own = metadata.finalizers ?? [];
  if (propagation === undefined) return own;
  const wanted = POLICY_FINALIZERS[propagation];
  const kept = own.filter((one) => !Object.values(POLICY_FINALIZERS).includes(one) || one === wanted);
  return wanted === undefined || kept.includes(wanted) ? kept : [...kept, wanted];
}

/** A pod that runs nowhere, or no longer, needs no time to end. Source: registry/core/pod/strategy.go, CheckGracefulDelete. */
function podGrace(pod: KubeObject, { graceSeconds }: DeleteOptions): number {
  const { spec, status } = pod as { spec?: unknown; status?: unknown };
  const own = isMap(spec) ? spec['terminationGracePeriodSeconds'] : undefined;
  const asked = graceSeconds ?? (typeof own === 'number' ? own : 30);
  const phase = isMap(status) ? status['phase'] : undefined;
  const assigned = isMap(spec) && typeof spec['nodeName'] === 'string' && spec['nodeName'] !== '';
  if (!assigned || phase === 'Failed' || phase === 'Succeeded') return 0;
  const { deletionGracePeriodSeconds: left } = pod.metadata as { deletionGracePeriodSeconds?: number };
  const wanted = asked < 0 ? 1 : asked;
  return left === undefined ? wanted : Math.min(left, wanted);
}
