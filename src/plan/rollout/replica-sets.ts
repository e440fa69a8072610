import { DESIRED_REPLICAS, REVISION, REVISION_HISTORY, SCALE_DOWN_DEADLINE, TEMPLATE_HASH } from '../../api/names.ts';
import type { Action, TemplateChange } from '../action.ts';
import { isRevival } from './blue-green.ts';
import { chooseDrains } from './drain.ts';
import { leastPods } from './left.ts';
import { lackOf } from './injection.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import { rawTemplateHash } from './revision.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf, isRouted, revisionOf } from './situation.ts';
import { chooseSizes } from './sizes.ts';
import { hasManagedRoutes, observedWeight } from './weights.ts';

type Change = {
  replicas?: number;
  minReadySeconds?: number;
  annotations: Record<string, string | null>;
  template?: TemplateChange;
  because: string[];
};

/** Whether the template of the spec is that of the current revision, or may be one that nobody has accepted. */
export type TemplateStanding = 'Current' | 'Unknown';

/** The changes of ReplicaSets that are due, one an object: sizes, deadlines, revision numbers. */
export function planReplicaSets(situation: Situation, template: TemplateStanding): readonly Action[] {
  const changes = new Map<string, Change>();
  const change = (name: string): Change => {
    const known = changes.get(name) ?? { annotations: {}, because: [] };
    changes.set(name, known);
    return known;
  };
  const all = [situation.current, situation.stable, ...situation.others];
  const replicaSets = new Map(
    all.flatMap((replicaSet) => (replicaSet === undefined ? [] : [[replicaSet.name, replicaSet]])),
  );
  planSizes(situation, replicaSets, change);
  planDeadlines(situation, replicaSets, change);
  if (template === 'Current') {
    planRevision(situation, change);
    for (const replicaSet of replicaSets.values()) planInjection(situation, replicaSet, change);
  }
  // After an abort nothing gets smaller before its traffic is back; with dynamicStableScale the canary goes as it does.
  const staged = canaryOf(situation)?.dynamicStableScale === true;
  const reached = observedWeight(situation) > 0 || hasManagedRoutes(situation);
  const mayShrink = !situation.aborted || !isRouted(situation) || staged || !reached;
  return [...changes].flatMap(([name, wanted]) => {
    const replicaSet = replicaSets.get(name);
    if (replicaSet === undefined) return [];
    const shrinks = (wanted.replicas ?? replicaSet.specReplicas) < replicaSet.specReplicas;
    if (shrinks && !mayShrink && situation.replicas > 0) delete wanted.replicas;
    return toAction(replicaSet, wanted);
  });
}

type Named = ReadonlyMap<string, ObservedReplicaSet>;

function planSizes(situation: Situation, replicaSets: Named, change: (name: string) => Change): void {
  for (const [name, wish] of chooseSizes(situation)) {
    const replicaSet = replicaSets.get(name);
    if (replicaSet === undefined) continue;
    const size = Math.max(wish, leastPods(situation, replicaSet));
    if (replicaSet.specReplicas === size || (size > replicaSet.specReplicas && isGoingDown(replicaSet))) continue;
    const wanted = change(name);
    wanted.replicas = size;
    wanted.annotations[DESIRED_REPLICAS] = String(situation.replicas);
    wanted.because.push(size > replicaSet.specReplicas ? 'ScaleUp' : 'ScaleDown');
  }
  // A new number of replicas that leaves the size as it is must be noted too: saturation is judged by it.
  for (const replicaSet of new Set([situation.current, situation.stable])) {
    if (replicaSet === undefined || replicaSet.specReplicas === 0) continue;
    if (replicaSet.annotations[DESIRED_REPLICAS] === String(situation.replicas)) continue;
    change(replicaSet.name).annotations[DESIRED_REPLICAS] = String(situation.replicas);
  }
}

/**
 * Pods of it may have gone that its status still counts. Raised now, it would look as if they were there: 3 pods wanted
 * and 3 available where 2 are left, and the other side would give up one too many. Its own controller tells within
 * milliseconds what is left.
 */
function isGoingDown({ settled, replicas, specReplicas }: ObservedReplicaSet): boolean {
  return !settled && replicas > specReplicas;
}

function planDeadlines(situation: Situation, replicaSets: Named, change: (name: string) => Change): void {
  for (const drain of chooseDrains(situation)) {
    const replicaSet = replicaSets.get(drain.name);
    if (replicaSet === undefined) continue;
    if (drain.kind === 'Begin') {
      change(drain.name).annotations[SCALE_DOWN_DEADLINE] = drain.deadline;
      change(drain.name).because.push('DrainBegins');
    } else if (drain.kind === 'ScaleDown') {
      change(drain.name).replicas = 0;
      change(drain.name).because.push('DrainOver');
    } else if (drain.kind === 'Wait' && blueGreenOf(situation) !== undefined && replicaSet !== situation.current) {
      // An old version that may be wanted back at once follows the number of replicas during its delay.
      if (replicaSet.specReplicas !== situation.replicas) change(drain.name).replicas = situation.replicas;
    }
  }
  for (const replicaSet of keptRevisions(situation)) {
    if (replicaSet.annotations[SCALE_DOWN_DEADLINE] !== undefined)
      change(replicaSet.name).annotations[SCALE_DOWN_DEADLINE] = null;
  }
}

/**
 * Revisions that are in use or wanted: a deadline from an earlier life must not end them. Until the switch it tells that
 * a blue-green update goes back to a version whose pods are still there, and stays.
 */
function keptRevisions(situation: Situation): readonly ObservedReplicaSet[] {
  const { current, stable, aborted } = situation;
  const kept = aborted || isRevival(situation) ? [stable] : [current, stable];
  return [...new Set(kept)].filter((replicaSet) => replicaSet !== undefined);
}

/** What is put on pods stands in the template before the first pod has it: here, together with a first size. */
function planInjection(situation: Situation, replicaSet: ObservedReplicaSet, change: (name: string) => Change): void {
  const { template, annotations } = lackOf(situation, replicaSet);
  if (template === undefined && Object.keys(annotations).length === 0) return;
  const wanted = change(replicaSet.name);
  Object.assign(wanted.annotations, annotations);
  if (template === undefined) return;
  wanted.template = template;
  wanted.because.push('PodTemplate');
}

/** The current revision has the highest number, also when an old one became current again. */
function planRevision(situation: Situation, change: (name: string) => Change): void {
  const { current, observed, spec } = situation;
  if (current === undefined) return;
  const highest = Math.max(0, ...observed.replicaSets.filter(({ uid }) => uid !== current.uid).map(revisionOf));
  const own = revisionOf(current);
  if (own <= highest) {
    const wanted = change(current.name);
    const past = current.annotations[REVISION_HISTORY];
    wanted.annotations[REVISION] = String(highest + 1);
    if (own > 0) wanted.annotations[REVISION_HISTORY] = past === undefined ? String(own) : `${past},${own}`;
  }
  // An adopted ReplicaSet gets our mark, so that it is recognised without asking the server again.
  const raw = rawTemplateHash(observed.rollout.spec.template);
  if (current.annotations[TEMPLATE_HASH] !== raw) change(current.name).annotations[TEMPLATE_HASH] = raw;
  const minReadySeconds = Math.round(spec.minReady / 1000);
  if (current.minReadySeconds !== minReadySeconds) change(current.name).minReadySeconds = minReadySeconds;
}

function toAction(
  replicaSet: ObservedReplicaSet,
  { replicas, minReadySeconds, annotations, template, because }: Change,
): Action[] {
  const resized = replicas !== undefined && replicas !== replicaSet.specReplicas;
  const annotated = Object.keys(annotations).length > 0;
  if (!resized && !annotated && minReadySeconds === undefined && template === undefined) return [];
  return [
    {
      kind: 'ChangeReplicaSet',
      name: replicaSet.name,
      uid: replicaSet.uid,
      seenReplicas: replicaSet.specReplicas,
      ...(resized ? { replicas } : {}),
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      ...(annotated ? { annotations } : {}),
      ...(template === undefined ? {} : { template }),
      because: because.join(', '),
    },
  ];
}
