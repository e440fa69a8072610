import { SCALED_DOWN_BY, SCALED_DOWN_FROM } from '../../api/names.ts';
import { add, parseInstant } from '../../units/instant.ts';
import type { Instant } from '../../units/instant.ts';
import { DEFAULT_PROGRESS_DEADLINE, delayOr } from '../../api/defaults.ts';
import type { RolloutStatus } from '../../api/rollout.ts';
import { WORKLOAD_FINALIZER } from '../../api/names.ts';
import type { Action } from '../action.ts';
import type { Plan } from '../plan.ts';
import type { ObservedDeployment, ObservedRollout, ObservedService } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { selectedHash } from './situation.ts';
import { hasFinalizer, sizeBefore, wantsFinalizer } from './workload.ts';

/**
 * The size of the Deployment whose pods the Rollout takes over (workloadRef.scaleDown), judged at every look, not at the
 * first revision alone (fix F-B4). It only ever gets smaller while the Rollout's own ready pods stand in for it; the size
 * found is kept in an annotation on it, and given back when nothing asks for less any more.
 */
export function planScaleDown(situation: Situation): readonly Action[] {
  const { observed } = situation;
  const { workload, scaledDown = [], rollout } = observed;
  const { scaleDown = 'never' } = rollout.spec.workloadRef ?? {};
  const taken = workload?.kind === 'Found' && scaleDown !== 'never' ? workload.deployment : undefined;
  const given = scaledDown.filter(({ uid }) => uid !== taken?.uid).map(giveBack);
  if (taken === undefined) return given;
  // Without the finalizer in place a deletion could leave nobody to give the pods back.
  const safe = hasFinalizer(observed) || !wantsFinalizer(observed);
  const size = wantedSize(situation, scaleDown);
  if (!safe || situation.spec.paused || size >= taken.specReplicas) return given;
  return [...given, shrink(situation, taken, size)];
}

/** The pods that the Deployment is left with; never more than it has. Worked: n 5, 2 of ours ready: 3. */
function wantedSize({ observed, replicas, status, promoted, current }: Situation, scaleDown: string): number {
  const ready = observed.replicaSets.reduce((sum, set) => sum + (set.deleting ? 0 : set.ready), 0);
  // A Rollout that wants no pods takes nobody's over.
  if (replicas === 0) return Number.POSITIVE_INFINITY;
  const healthy = status.phase === 'Healthy' && promoted && (current?.available ?? 0) >= replicas;
  if (healthy) return 0;
  return scaleDown === 'progressively' ? Math.max(0, replicas - ready) : Number.POSITIVE_INFINITY;
}

function shrink({ spec }: Situation, deployment: ObservedDeployment, replicas: number): Action {
  const { name, uid, specReplicas, annotations } = deployment;
  const known = sizeBefore(annotations) !== undefined && annotations[SCALED_DOWN_BY] === spec.name;
  const marks = known ? {} : { [SCALED_DOWN_BY]: spec.name, [SCALED_DOWN_FROM]: String(specReplicas) };
  return {
    kind: 'ScaleDeployment',
    name,
    uid,
    seenReplicas: specReplicas,
    replicas,
    annotations: marks,
    because: 'ScaleDown',
  };
}

function giveBack(deployment: ObservedDeployment): Action {
  return { ...grow(deployment), annotations: { [SCALED_DOWN_BY]: null, [SCALED_DOWN_FROM]: null } };
}

function grow({
  name,
  uid,
  specReplicas,
  annotations,
}: ObservedDeployment): Extract<Action, { kind: 'ScaleDeployment' }> {
  const replicas = Math.max(specReplicas, sizeBefore(annotations) ?? 0);
  return {
    kind: 'ScaleDeployment',
    name,
    uid,
    seenReplicas: specReplicas,
    replicas,
    annotations: {},
    because: 'GivenBack',
  };
}

/**
 * The end of a Rollout that made a Deployment smaller, one step a look, so that nobody is without an answer:
 *
 *   Deployment back to its size → its pods available → Services and routes given back → their endpoints are its pods
 *   → its marks and our finalizer go, and with the Rollout its own pods
 *
 * A Deployment that does not become available holds nobody up for longer than progressDeadlineSeconds.
 */
export function planDeletion(observed: ObservedRollout, now: Instant): Plan<Action, RolloutStatus> {
  const { rollout, scaledDown = [], workload } = observed;
  const { deletionTimestamp, name, uid = '', resourceVersion = '', finalizers = [] } = rollout.metadata;
  const since = parseInstant(deletionTimestamp) ?? now;
  const until = add(since, delayOr(rollout.spec.progressDeadlineSeconds, DEFAULT_PROGRESS_DEADLINE));
  const plan = (actions: readonly Action[], message: string): Plan<Action, RolloutStatus> => ({
    actions,
    status: rollout.status ?? {},
    events: [],
    requeueAt: until > now ? until : undefined,
    because: [{ rule: 'GivingBack', message }],
  });
  if (workload?.kind === 'Unread') return plan([], 'the Deployments are being read');
  const small = scaledDown.filter(({ specReplicas, annotations }) => specReplicas < (sizeBefore(annotations) ?? 0));
  if (small.length > 0) return plan(small.map(grow), 'the Deployment gets its size back');
  const late = now >= until;
  if (!late) {
    const waiting = scaledDown.find(({ available, annotations }) => available < (sizeBefore(annotations) ?? 0));
    if (waiting !== undefined) return plan([], `Deployment ${waiting.name} has ${waiting.available} available pods`);
    const left = planServices(observed);
    if (left.waits) return plan(left.actions, 'the Services are given back');
  }
  if (scaledDown.length > 0) return plan(scaledDown.map(giveBack), 'the marks are taken off the Deployment');
  const others = finalizers.filter((finalizer) => finalizer !== WORKLOAD_FINALIZER);
  const target = { name, uid, resourceVersion };
  return plan([{ kind: 'ChangeRollout', target, finalizers: others, because: 'Deleted' }], 'all is given back');
}

function planServices(observed: ObservedRollout): Readonly<{ waits: boolean; actions: readonly Action[] }> {
  const { leftServices, leftRoutes, rollout, scaledDown = [] } = observed;
  const marked = leftServices.filter(({ managedBy }) => managedBy === rollout.metadata.name);
  // Pods that are no Rollout's have no revision.
  const joined = (service: ObservedService): boolean =>
    (service.readyEndpoints[''] ?? 0) > 0 || scaledDown.length === 0;
  const actions = marked.flatMap((service): readonly Action[] => {
    const { name, uid, resourceVersion } = service;
    const free = selectedHash(service) === undefined;
    if (free && !joined(service)) return [];
    const mark = free ? 'Goes' : 'Stays';
    return [{ kind: 'ReleaseService', target: { name, uid, resourceVersion }, mark, because: 'Deleted' }];
  });
  if (marked.length > 0) return { waits: true, actions };
  const routes = leftRoutes.map(({ route, uid, resourceVersion }): Action => ({
    kind: 'ReleaseRoute',
    route,
    target: { name: route.name, uid, resourceVersion },
    because: 'Deleted',
  }));
  return { waits: routes.length > 0, actions: routes };
}
