import { withPlaceFlags } from '../people/place.ts';
import type { Board } from '../people/verb-commands.ts';
import type { CheckFlags } from './check.ts';
import { checkTakeover } from './check.ts';
import { printCrds } from './crds.ts';

/** Adds `takeover crds` and `takeover check`. */
export function addTakeover({ program, parts, done }: Board): void {
  const takeover = program.command('takeover').description('take a cluster over from Argo Rollouts');
  takeover
    .command('crds')
    .description('print the CRDs of argoproj.io that this version needs, for kubectl apply --server-side')
    .action(() => done(printCrds(parts.terminal)));
  withPlaceFlags(takeover.command('check').description('tell what would become of each object; nothing is written'))
    .option('-A, --all-namespaces', 'all namespaces (the default without -n)')
    .option('--instance-id <id>', 'as the controller will be started')
    .action(async (flags: CheckFlags) => done(await checkTakeover(flags, parts)));
}
