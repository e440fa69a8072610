import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import type { AddressPolicy } from '../../apply/address-policy.ts';
import type { Board } from '../people/verb-commands.ts';
import type { Parts } from '../people/place.ts';
import type { Finding } from './finding.ts';
import { render } from './finding.ts';

/** Flags of `lint`. */
type LintFlags = Readonly<{ enforce?: boolean; allowedOrigins?: string; strict?: boolean; output?: 'json' }>;

/** Adds `lint`. */
export function addLint({ program, parts, done }: Board): void {
  program
    .command('lint <file...>')
    .description('hold manifests against the rules of the controller, with line and remedy; no cluster is asked')
    .option('--enforce', 'hold addresses of metrics against the policy, as a controller that enforces it would')
    .option('--allowed-origins <origins>', 'with --enforce: origins that may be called, separated by commas')
    .option('--strict', 'exit code 1 for warnings too')
    .addOption(new Option('-o, --output <format>', 'output as JSON').choices(['json']))
    .action(async (files: readonly string[], flags: LintFlags) => done(await lintFiles(files, flags, parts)));
}

/** Lints files and the YAML files of folders; 0 without errors, 1 with some, 2 when a file cannot be read. */
async function lintFiles(files: readonly string[], flags: LintFlags, { terminal }: Parts): Promise<number> {
  // The emulated API server judges types and bounds: it is no part of a controller that runs, and loaded only here.
  const { createLinter } = await import('./lint-text.ts');
  const linter = createLinter(flags.enforce === true ? policyOf(flags) : undefined);
  const findings: Finding[] = [];
  for (const file of files.flatMap(yamlFilesIn)) {
    try {
      findings.push(...linter.lint(file, readFileSync(file, 'utf8')));
    } catch (error) {
      terminal.err(`sluice: ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return 2;
    }
  }
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (flags.output === 'json') terminal.out(JSON.stringify(findings, undefined, 2));
  else for (const finding of findings) terminal.out(render(finding));
  terminal.err(`${errors} errors, ${findings.length - errors} warnings`);
  return errors > 0 || (flags.strict === true && findings.length > 0) ? 1 : 0;
}

function policyOf({ allowedOrigins = '' }: LintFlags): AddressPolicy {
  const origins = allowedOrigins.split(',').filter((origin) => origin !== '');
  return { origins, clusterServices: true, apiServerHosts: [], ownPorts: [] };
}

function yamlFilesIn(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return [path];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name));
  return names.toSorted().map((name) => join(path, name));
}
