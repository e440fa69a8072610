import type { Milliseconds } from '../../units/duration.ts';
import { durationOf, nameOf } from './arguments.ts';
import { getRollout } from './get-rollout.ts';
import { listRollouts } from './list-rollouts.ts';
import type { PlaceFlags } from './place.ts';
import { withPlaceFlags } from './place.ts';
import type { Board } from './verb-commands.ts';
import { watchStatus } from './watch-status.ts';

type ListFlags = PlaceFlags & Readonly<{ allNamespaces?: boolean }>;

/** Adds what people look with: get, list, status. */
export function addViews({ program, parts, done }: Board): void {
  withPlaceFlags(
    program.command('get <kind> [name]').description('show a rollout with all that belongs to it, or list them'),
  )
    .usage('[options] rollout <name> | rollouts')
    .option('-A, --all-namespaces', 'list those of all namespaces')
    .action(async (kind: string, name: string | undefined, flags: ListFlags) => {
      if (!/^(s?ro|rollouts?)(\.|\/|$)/.test(kind)) {
        parts.terminal.err(`sluice: cannot show a ${kind}\nnext: sluice get rollout <name>, or kubectl get ${kind}`);
        return done(2);
      }
      const wanted = name ?? (kind.includes('/') ? kind : undefined);
      done(wanted === undefined ? await listRollouts(flags, parts) : await getRollout(nameOf(wanted), flags, parts));
    });
  withPlaceFlags(program.command('list [kind]').description('list rollouts'))
    .option('-A, --all-namespaces', 'those of all namespaces')
    .action(async (_kind: string | undefined, flags: ListFlags) => done(await listRollouts(flags, parts)));
  withPlaceFlags(program.command('status <name>').description('wait until a rollout is Healthy (0) or Degraded (1)'))
    .option('-w, --watch', 'tell each change until it is Healthy or Degraded', true)
    .option('--no-watch', 'tell once; the exit code is 1 when it is Degraded')
    .option('-t, --timeout <duration>', 'give up after so long, with exit code 1 (default: never)', durationOf)
    .action(async (name: string, flags: PlaceFlags & Readonly<{ watch: boolean; timeout?: Milliseconds }>) =>
      done(await watchStatus(nameOf(name), flags, parts)),
    );
}
