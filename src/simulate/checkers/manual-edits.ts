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
 * S16: the weights of the route that somebody edits are put back at most three times in ten minutes: nobody fights with
 * another tool. Sizes of ReplicaSets are put back as often as they are changed.
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
  const [was, is] = [weightsOf(before), weightsOf(after)];
  const written = call.resource.plural === 'httproutes' && was !== '' && was !== is;
  return written ? [{ key: 'the route', before: was, after: is }] : [];
}

function weightsOf(state: WorldState): string {
  return backendsOf(state)
    .map(({ name, weight }) => `${name} ${weight}`)
    .join(', ');
}
