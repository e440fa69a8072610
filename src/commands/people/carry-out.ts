import type { ApiGroup } from '../../api/names.ts';
import { sleep } from '../../clock/clock.ts';
import { ownKinds } from '../../controllers/world.ts';
import type { Answer, Target } from '../../kube/client.ts';
import type { KubeObject } from '../../kube/resource.ts';
import type { Milliseconds } from '../../units/duration.ts';
import { formatDuration, milliseconds } from '../../units/duration.ts';
import { add } from '../../units/instant.ts';
import type { Decision, GuardedWrite } from '../../verbs/decision.ts';
import { describeStanding } from '../../verbs/describe.ts';
import { movedOn } from '../../verbs/moved-on.ts';
import type { Seen } from '../../verbs/seen.ts';
import { recordAuthor } from './author.ts';
import type { Found } from './look.ts';
import { lookAtRollout, workloadResource } from './look.ts';
import type { Parts, Place, PlaceFlags } from './place.ts';
import { withPlace } from './place.ts';
import type { Trouble } from './trouble.ts';
import { troubleOf } from './trouble.ts';

/** A verb for one Rollout, as a command carries it out. */
export type Order = Readonly<{
  /** As it is typed, such as `promote`. */
  verb: string;
  name: string;
  decide: (seen: Seen) => Decision;
  /** How long to wait for the controller to look at the newest spec. */
  patience: Milliseconds;
}>;

/** What came of it. */
type Outcome =
  | Readonly<{ kind: 'Done' | 'Already'; says: string; notes: readonly string[] }>
  | Readonly<{ kind: 'Failed'; trouble: Trouble }>;

/** How often the Rollout is looked at while the controller has not seen its spec. */
const LOOK_EVERY = milliseconds(250);

/**
 * Looks, decides, writes what was decided with its guards, and records who did it; the exit code. A failed guard is
 * told with what is now, and never written over.
 */
export async function carryOut(order: Order, flags: PlaceFlags, parts: Parts): Promise<number> {
  return withPlace(flags, parts, async (place) => {
    const outcome = await act(order, place, parts);
    return tell(order, place, outcome, flags, parts);
  });
}

async function act(order: Order, place: Place, parts: Parts): Promise<Outcome> {
  const { clock } = parts;
  const until = add(clock.now(), order.patience);
  for (;;) {
    const look = await lookAtRollout(place, order.name);
    if (!look.ok) return { kind: 'Failed', trouble: look.trouble };
    const decision = order.decide(look.seen);
    switch (decision.kind) {
      case 'Already':
        return { kind: 'Already', says: decision.why, notes: [] };
      case 'Refused':
        return { kind: 'Failed', trouble: decision };
      case 'Write':
        return writeAll(order, place, look, decision, parts);
      case 'Wait':
        if (clock.now() >= until) return { kind: 'Failed', trouble: tired(decision.why, order.patience) };
        await sleep(clock, LOOK_EVERY);
    }
  }
}

function tired(why: string, patience: Milliseconds): Trouble {
  return {
    why: `${why}; waited ${formatDuration(patience)}`,
    next: 'see whether the controller runs and serves this namespace, or wait longer: --timeout 5m',
  };
}

async function writeAll(
  order: Order,
  place: Place,
  found: Found,
  decision: Extract<Decision, { kind: 'Write' }>,
  { clock }: Parts,
): Promise<Outcome> {
  for (const [index, write] of decision.writes.entries()) {
    const answer = await send(place, found, write);
    if (answer.ok) continue;
    if (answer.why !== 'Conflict') {
      const what = `patch rollouts${write.subresource === undefined ? '' : '/status'}`;
      return { kind: 'Failed', trouble: troubleOf(answer, what, place.namespace) };
    }
    const now = await lookAtRollout(place, order.name);
    if (!now.ok) return { kind: 'Failed', trouble: now.trouble };
    const next = `sluice get rollout ${order.name}`;
    const half = index === 0 ? '' : 'only the first half was written; ';
    return { kind: 'Failed', trouble: { why: `${half}${movedOn(found.seen, now.seen)}`, next } };
  }
  const { metadata } = found.seen.rollout;
  const unrecorded = await recordAuthor(place.client, clock, {
    regarding: { apiVersion: `${found.group}/v1alpha1`, kind: 'Rollout', metadata },
    verb: order.verb,
    said: decision.says,
    saw: describeStanding(found.seen),
  });
  const notes = unrecorded === undefined ? [] : [`nobody can see who did it: the event was not written: ${unrecorded}`];
  return { kind: 'Done', says: decision.says, notes };
}

function send(place: Place, { group, seen }: Found, write: GuardedWrite): Promise<Answer<KubeObject>> {
  const target = write.to === 'Rollout' ? rolloutTarget(group, place, seen) : workloadTarget(place, seen);
  const { subresource, operations } = write;
  return place.client.patch(subresource === undefined ? target : { ...target, subresource }, {
    kind: 'Json',
    operations,
  });
}

const rolloutTarget = (group: ApiGroup, { namespace }: Place, { rollout }: Seen): Target => ({
  resource: ownKinds(group).rollouts,
  namespace,
  name: rollout.metadata.name,
});

function workloadTarget({ namespace }: Place, { rollout, workload }: Seen): Target {
  const resource = workloadResource(rollout);
  if (resource === undefined || workload === undefined) throw new Error('a verb wrote to a workload that is not there');
  return { resource, namespace, name: workload.metadata.name };
}

function tell(order: Order, place: Place, outcome: Outcome, flags: PlaceFlags, { terminal }: Parts): number {
  const { verb, name } = order;
  const { namespace } = place;
  if (flags.output === 'json') {
    const told =
      outcome.kind === 'Failed'
        ? { outcome: 'Failed', why: outcome.trouble.why, next: outcome.trouble.next }
        : { outcome: outcome.kind, says: outcome.says };
    terminal.out(JSON.stringify({ verb, namespace, name, ...told }));
  } else if (outcome.kind === 'Failed') {
    terminal.err(`sluice: rollout ${name}: ${outcome.trouble.why}\nnext: ${outcome.trouble.next}`);
  } else {
    terminal.out(`rollout ${name}: ${outcome.says}`);
    for (const note of outcome.notes) terminal.err(`sluice: note: ${note}`);
  }
  return outcome.kind === 'Failed' ? 1 : 0;
}
