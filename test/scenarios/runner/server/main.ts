import { tell } from '../../../cluster/command.ts';
import type { ApiGroup } from '../../../../src/api/names.ts';
import { loadScenarios } from '../load.ts';
import { playOnServer } from './play-all.ts';

const USAGE = `usage: npm run test:scenarios -- [--only WORDS] [--group sluice.dev|argoproj.io] [--side-by-side N]
  --only          only scenarios whose name or file holds these words
  --group         in this group only (default: in both)
  --side-by-side  how many at once (default: 24)`;

const args = process.argv.slice(2);
const given = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);

if (args.includes('--help')) tell(USAGE);
else {
  const only = given('--only') ?? '';
  const placed = (await loadScenarios()).filter(({ area, scenario }) => `${area}: ${scenario.name}`.includes(only));
  const group = given('--group') as ApiGroup | undefined;
  const groups: readonly ApiGroup[] = group === undefined ? ['sluice.dev', 'argoproj.io'] : [group];
  const sideBySide = Number(given('--side-by-side') ?? 24);
  const { passed, failed, seconds } = await playOnServer({ placed, groups, sideBySide });
  process.stdout.write(`${passed} passed, ${failed} failed, 0 skipped, in ${seconds} s\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
