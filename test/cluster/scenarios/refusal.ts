import type { Manifest } from '../kubectl.ts';
import { tryKubectl } from '../kubectl.ts';
import { expectThat } from './scenario.ts';
import type { Stage } from './stage.ts';

/** What a report of bad input must hold: where it stands, and a piece of the words that say what to do. */
export type Reported = Readonly<{ path: string; remedy: string }>;

/** How long traffic is watched to say that it stays, in milliseconds. */
const WATCH_MS = 3000;

/**
 * Applies what the API server must refuse with these words, its path among them; throws when it takes it, or says another
 * thing.
 */
export async function expectRefused(stage: Stage, object: Manifest, ...said: readonly string[]): Promise<void> {
  const before = (await stage.rollout()).metadata.generation;
  const args = ['apply', '--server-side', '--force-conflicts', '--field-manager=sluice-cluster', '-f', '-'];
  const { ok, stderr } = await tryKubectl(args, JSON.stringify(object));
  expectThat(!ok, `the API server took what it should refuse with ${said.join(' ')}`);
  for (const words of said) {
    expectThat(stderr.includes(words), `the refusal does not say ${words}: ${stderr.trim()}`);
  }
  expectThat((await stage.rollout()).metadata.generation === before, 'what was refused changed the Rollout');
}

/** Waits until condition InvalidSpec and a Warning event of ours name the field and the remedy. */
export async function untilReported(stage: Stage, { path, remedy }: Reported): Promise<void> {
  const names = (text: string | undefined): boolean => text?.includes(`${path}: `) === true && text.includes(remedy);
  let said: string | undefined;
  const condition = async (): Promise<boolean> => {
    const { conditions = [], observedGeneration } = await stage.status();
    const invalid = conditions.find(({ type, status }) => type === 'InvalidSpec' && status === 'True');
    said = invalid?.message;
    return observedGeneration === (await stage.rollout()).metadata.generation && names(said);
  };
  await stage.until(`condition InvalidSpec names ${path}`, condition, 30, () => `; it says ${said ?? 'nothing'}`);
  await untilEvent(stage, { path, remedy }, 'InvalidSpec');
}

/** Waits until a Warning event of ours with this reason names the field and the remedy. */
export async function untilEvent(stage: Stage, { path, remedy }: Reported, reason: string): Promise<void> {
  const told = async (): Promise<boolean> =>
    (await stage.events()).some(
      ({ type, reason: why, note = '', reportingController }) =>
        type === 'Warning' &&
        why === reason &&
        reportingController === 'sluice' &&
        note.includes(`${path}: `) &&
        note.includes(remedy),
    );
  await stage.until(`an event ${reason} names ${path}`, told, 30);
}

/** Waits until nothing is said to be invalid any more. */
export async function untilValid(stage: Stage): Promise<void> {
  const valid = async (): Promise<boolean> => {
    const { conditions = [], observedGeneration } = await stage.status();
    const invalid = conditions.some(({ type, status }) => type === 'InvalidSpec' && status === 'True');
    return observedGeneration === (await stage.rollout()).metadata.generation && !invalid;
  };
  await stage.until('InvalidSpec is gone', valid, 30);
}

/**
 * Watches the traffic for three seconds while something is wrong: with share 0 v2 must not give one answer, else its part
 * must stay within four sigma of `share`; the weights of the route must not move.
 */
export async function expectTrafficHeld(stage: Stage, share: number): Promise<void> {
  const weights = JSON.stringify(await stage.weights());
  const before = stage.answers();
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  const after = stage.answers();
  const all = after.all - before.all;
  const v2 = (after.byVersion.get('v2') ?? 0) - (before.byVersion.get('v2') ?? 0);
  expectThat(all > WATCH_MS / 10, `only ${all} answers in ${WATCH_MS / 1000} s: nothing can be said of the traffic`);
  const bound = share === 0 ? 0 : 4 * Math.sqrt((share * (1 - share)) / all);
  const seen = v2 / all;
  expectThat(Math.abs(seen - share) <= bound, `v2 gave ${seen.toFixed(2)} of the answers, not ${share}`);
  const now = JSON.stringify(await stage.weights());
  expectThat(now === weights, `the weights of the route moved from ${weights} to ${now}`);
}
