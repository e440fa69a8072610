import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import type { Checker, JudgedWrite, MakeChecker, WorldState } from './checker.ts';
import { backendsOf } from './revisions.ts';

/** So often within so long may what others changed be put back. */
const REVERTS = 3;
const WITHIN = seconds(600);

/** Values that were written by us last, and when we put them back after somebody else had changed them. */
type Kept = { value: string; reverts: Instant[] };

/**
 * S16: what somebody edits by hand, the weights of the route or the size of a ReplicaSet, is put back at most three times
 * in ten minutes: nobody fights with another tool.
 */
export const manualEdits: MakeChecker = (): Checker => {
  const kept = new Map<string, Kept>();
  return {
    id: 'S16',
    judge(write) {
      return changed(write).flatMap(({ key, before, after }) => {
        const known = kept.get(key);
        if (known === undefined || known.value !== after) {
          kept.set(key, { value: after, reverts: [] });
          return [];
        }
        if (before === after) return [];
        known.reverts = [...known.reverts.filter((at) => write.at - at < WITHIN), write.at];
        const often = known.reverts.length;
        return often > REVERTS ? [`${key} is put back to ${after} for the ${often}th time in ten minutes`] : [];
      });
    },
  };
};

type Change = Readonly<{ key: string; before: string; after: string }>;

function changed({ call, before, after }: JudgedWrite): readonly Change[] {
  const [was, is] = [valuesOf(before), valuesOf(after)];
  const plural = call.resource.plural === 'httproutes' ? 'weights' : call.resource.plural;
  return [...is].flatMap(([key, value]) => {
    const old = was.get(key);
    return key.startsWith(plural) && old !== undefined && old !== value ? [{ key, before: old, after: value }] : [];
  });
}

function valuesOf(state: WorldState): ReadonlyMap<string, string> {
  const sizes = state.replicaSets.map(({ metadata, spec }) => [
    `replicasets ${metadata.name}`,
    String(spec.replicas ?? 1),
  ]);
  const weights = backendsOf(state).map(({ name, weight }) => `${name} ${weight}`);
  return new Map([...(sizes as [string, string][]), ['weights of the route', weights.join(', ')]]);
}
