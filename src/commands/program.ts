import { Command } from 'commander';
import { redact } from '../config/redact.ts';
import { readConfig } from '../config/reload.ts';
import { flagOf, KEYS, variableOf } from '../config/schema.ts';
import { systemClock } from '../clock/clock.ts';
import type { ControllerFlags } from './controller.ts';
import { placesOf, runControllerCommand } from './controller.ts';
import type { DemoFlags } from './demo/run-demo.ts';
import type { Parts } from './people/place.ts';
import { systemTerminal } from './people/terminal.ts';
import { addLint } from './lint/lint-command.ts';
import { addTakeover } from './takeover/takeover-commands.ts';
import { addVerbs } from './people/verb-commands.ts';
import { addViews } from './people/view-commands.ts';
import { describeBuild, readBuild } from './version.ts';

/** The command line; `done` gets the exit code of the command that ran. Commands for people use `parts`. */
export function createProgram(
  done: (code: number) => void,
  parts: Parts = { terminal: systemTerminal, clock: systemClock() },
): Command {
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
  addViews({ program, parts, done });
  addVerbs({ program, parts, done });
  addTakeover({ program, parts, done });
  addLint({ program, parts, done });
  const controller = program
    .command('controller')
    .description('serve Rollouts and AnalysisRuns of a cluster until stopped');
  withConfigFlags(controller).action(async (options: GivenOptions) => {
    done(await runControllerCommand(flagsOf(options)));
  });
  program
    .command('demo')
    .description('play a promotion and a rollback on an embedded cluster, live, in less than a minute')
    .option('--file <file>', 'play the Rollout of this YAML file; what it needs may stand beside it')
    .option('--speed <factor>', 'virtual time, that many times as fast as real time (1 to 1000)')
    .option('--keep', 'hold the cluster afterwards, with a kubeconfig, until Ctrl-C')
    .option('--json', 'one event a line as JSON')
    .action(async (options: DemoFlags) => {
      // An emulated cluster is no part of a controller that runs: it is loaded only here.
      const { runDemo } = await import('./demo/run-demo.ts');
      done(await runDemo(options));
    });
  const config = program.command('config').description('the configuration of the controller');
  const print = config
    .command('print')
    .description('tell what the controller would run with, from file, .env, environment and flags, as JSON');
  withConfigFlags(print).action((options: GivenOptions) => {
    done(printConfig(flagsOf(options)));
  });
  return program;
}

type GivenOptions = Readonly<Record<string, string | undefined>>;

/** Every key of the configuration as a flag. */
function withConfigFlags(command: Command): Command {
  command.option('--config <file>', 'YAML file with the same keys, such as logLevel');
  for (const [key, { about, initial }] of Object.entries(KEYS)) {
    const plain = typeof initial === 'number' || typeof initial === 'boolean' || typeof initial === 'string';
    const shown = plain && initial !== '' ? ` (default: ${String(initial)})` : '';
    command.option(`${flagOf(key)} <value>`, `${about}${shown} [${variableOf(key)}]`);
  }
  return command;
}

function flagsOf({ config, ...given }: GivenOptions): ControllerFlags {
  const values = Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return { config, values };
}

/** Prints the configuration, or what is wrong with it; the exit code. */
function printConfig(flags: ControllerFlags): number {
  const loaded = readConfig(placesOf(flags));
  if (loaded.ok) process.stdout.write(`${redact(JSON.stringify(loaded.config, undefined, 2))}\n`);
  else for (const error of loaded.errors) process.stderr.write(`sluice: ${error}\n`);
  return loaded.ok ? 0 : 2;
}
