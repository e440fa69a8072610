import { Command } from 'commander';
import { flagOf, KEYS, variableOf } from '../config/schema.ts';
import { runControllerCommand } from './controller.ts';
import { describeBuild, readBuild } from './version.ts';

/** The command line; `done` gets the exit code of the command that ran. */
export function createProgram(done: (code: number) => void): Command {
  const program = new Command('sluice')
    .description('Progressive delivery for Kubernetes: canary and blue-green rollouts that lose no request')
    .version(readBuild().version, '-V, --version')
    .showHelpAfterError('(add --help for what is possible)');
  program
    .command('version')
    .description('tell version, commit and build time')
    .option('-o, --output <format>', 'text or json', 'text')
    .action(({ output }: Readonly<{ output: string }>) => {
      process.stdout.write(`${describeBuild(readBuild(), output)}\n`);
      done(0);
    });
  const controller = program
    .command('controller')
    .description('serve Rollouts and AnalysisRuns of a cluster until stopped')
    .option('--config <file>', 'YAML file with the same keys, such as logLevel');
  for (const [key, { about, initial }] of Object.entries(KEYS)) {
    const shown =
      initial === undefined || initial === '' || Array.isArray(initial) ? '' : ` (default: ${String(initial)})`;
    controller.option(`${flagOf(key)} <value>`, `${about}${shown} [${variableOf(key)}]`);
  }
  controller.action(async (options: Readonly<Record<string, string | undefined>>) => {
    const { config, ...given } = options;
    const values = Object.fromEntries(
      Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    done(await runControllerCommand({ config, values }));
  });
  return program;
}
