import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Scenario } from './scenario.ts';

/** A scenario with the file it stands in: `canary/steps`. */
export type Placed = Readonly<{ area: string; scenario: Scenario }>;

const HERE = 'runner';

/** Every scenario of test/scenarios/<area>/*.ts, in the order of the files; throws when two have one name. */
export async function loadScenarios(): Promise<readonly Placed[]> {
  const root = join(import.meta.dirname, '..');
  const areas = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== HERE,
  );
  const placed: Placed[] = [];
  for (const area of areas.map(({ name }) => name).toSorted()) {
    for (const file of readdirSync(join(root, area)).toSorted()) {
      const path = join(root, area, file);
      const loaded = (await import(path)) as Readonly<{ scenarios?: readonly Scenario[] }>;
      const place = relative(root, path).replace(/\.ts$/, '');
      if (loaded.scenarios === undefined) throw new Error(`${place} exports no \`scenarios\``);
      placed.push(...loaded.scenarios.map((scenario) => ({ area: place, scenario })));
    }
  }
  const names = placed.map(({ scenario }) => scenario.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`two scenarios have the name: ${twice.join('; ')}`);
  return placed;
}
