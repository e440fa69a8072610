import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Mutant } from '../test/simulation/mutants/mutant.ts';
import { MUTANTS } from '../test/simulation/mutants/mutants.ts';
import type { Trial } from './mutant-trial.ts';

const USAGE = `usage: npm run mutants [-- --only NAME] [--quick] [--seeds N] [--parallel N]
Plays simulated worlds against wrong controllers, one mistake each, and tells which mistakes the worlds find.
--quick leaves out the worlds with one fault at every write, which only the subtlest mistakes need.`;

/** The share of the mutants that must be found. */
const WANTED = 0.95;
/** Worlds of chance for each mutant that no scenario finds. */
const SEEDS = '150';
/** A world that takes longer, in milliseconds, has no end: that is found, too. The slowest true one takes a second. */
const LONGEST = 90_000;

/**
 * What is done to every copy, mutant or not: our own rules of safety only speak, they refuse nothing. A mutant counts as
 * found when the world itself shows the harm; what the rules would have refused is told beside it.
 */
export const DISARMED: Mutant = {
  name: 'rules-of-safety-only-speak',
  file: 'src/controllers/reconcile.ts',
  text: '  return reportBreach(observed, broken, now);\n',
  instead: '  void reportBreach;\n  return plan;\n',
};

const NOTHING: Mutant = { ...DISARMED, name: '(no mistake)' };

/** Puts a mistake into a copy of the tree; throws when its text is not there exactly once. */
function plant(root: string, { name, file, text, instead }: Mutant): void {
  const path = join(root, file);
  const parts = readFileSync(path, 'utf8').split(text);
  if (parts.length !== 2) throw new Error(`mutant ${name}: its text stands ${parts.length - 1} times in ${file}`);
  writeFileSync(path, parts.join(instead));
}

const PARTS = ['src', 'scripts', 'crds', 'package.json'];

function copyTree(from: string): string {
  const root = mkdtempSync(join(tmpdir(), 'sluice-mutant-'));
  for (const part of PARTS) cpSync(join(from, part), join(root, part), { recursive: true });
  return root;
}

async function tryMutant(original: string, mutant: Mutant, options: readonly string[]): Promise<Trial> {
  const root = copyTree(original);
  try {
    symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
    plant(root, DISARMED);
    if (mutant !== NOTHING) plant(root, mutant);
    return await runTrial(root, options);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function runTrial(root: string, options: readonly string[]): Promise<Trial> {
  const child = spawn(process.execPath, ['--max-old-space-size=1500', 'scripts/mutant-trial.ts', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  let patience = setTimeout(kill, LONGEST);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk.toString()}`.slice(-4000);
    // A dot for each world.
    clearTimeout(patience);
    patience = setTimeout(kill, LONGEST);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(patience);
      if (signal !== null) resolve({ worlds: 0, killedBy: 'a world', why: 'it did not end' });
      else if (code !== 0) reject(new Error(`a trial ended with ${code}: ${errors.slice(-2000)}`));
      else resolve(JSON.parse(output) as Trial);
    });
  });
}

function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}

function show({ name }: Mutant, { killedBy, why = '', worlds, refused }: Trial): void {
  const found = killedBy === undefined ? `SURVIVED ${worlds} worlds` : `found by ${killedBy}`;
  tell(`${name.padEnd(52)} ${found.padEnd(48)} ${refused === undefined ? '' : 'refused by our rules'}`);
  if (killedBy !== undefined) tell(`  ${why.slice(0, 160)}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      seeds: { type: 'string', default: SEEDS },
      parallel: { type: 'string', default: String(Math.min(2, availableParallelism())) },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return (tell(USAGE), 0);
  const chosen = MUTANTS.filter(({ name }) => values.only === undefined || values.only.includes(name));
  if (chosen.length === 0) return (tell(`no such mutant\n${USAGE}`), 2);
  const options = ['--seeds', values.seeds, ...(values.quick ? ['--quick'] : [])];
  // One copy at the beginning: whoever edits the checkout meanwhile changes nothing here.
  const original = copyTree('.');
  const waiting = [NOTHING, ...chosen];
  const trials: (readonly [Mutant, Trial])[] = [];
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const trial = await tryMutant(original, mutant, options);
      show(mutant, trial);
      trials.push([mutant, trial]);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, work)).finally(() =>
    rmSync(original, { recursive: true, force: true }),
  );
  const control = trials.find(([mutant]) => mutant === NOTHING);
  if (control?.[1].killedBy !== undefined) return (tell('the controller without a mistake fails as well'), 1);
  const mutants = trials.filter(([mutant]) => mutant !== NOTHING);
  const killed = mutants.filter(([, { killedBy }]) => killedBy !== undefined).length;
  const refused = mutants.filter(([, trial]) => trial.refused !== undefined).length;
  const either = mutants.filter(([, trial]) => (trial.killedBy ?? trial.refused) !== undefined).length;
  const share = ((100 * killed) / mutants.length).toFixed(1);
  tell(
    `${killed} of ${mutants.length} mutants (${share} %) found by the worlds alone; ` +
      `${refused} would have been refused by our own rules; ${either} by either`,
  );
  return killed >= WANTED * mutants.length ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
