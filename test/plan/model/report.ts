import type { Instant } from '../../../src/units/instant.ts';
import { judge } from './judge.ts';
import { observe, type SmallWorld } from './small-worlds.ts';

/** One way in which worlds go wrong: how many do, and the smallest of them, to be looked at. */
export type Finding = { rule: string; worlds: number; example: string };

/** Judges every world; what is wrong is grouped by its words without numbers and names. */
export function judgeAll(
  worlds: Iterable<SmallWorld>,
  now: Instant,
): Readonly<{ worlds: number; findings: Finding[] }> {
  const findings = new Map<string, Finding>();
  let count = 0;
  for (const world of worlds) {
    count++;
    for (const problem of judge(observe(world), now)) {
      const rule = problem.replaceAll(/\bv\d\b|web-v\d/g, 'R').replaceAll(/\d+(\.\d+)?/g, '#');
      const example = `${problem} in ${JSON.stringify(world)}`;
      const known = findings.get(rule);
      if (known === undefined) findings.set(rule, { rule, worlds: 1, example });
      else {
        known.worlds++;
        if (example.length < known.example.length) known.example = example;
      }
    }
  }
  return { worlds: count, findings: [...findings.values()].toSorted((a, b) => b.worlds - a.worlds) };
}

/** The findings as lines to read. */
export function describeFindings(findings: readonly Finding[]): string {
  return findings.map(({ rule, worlds, example }) => `${worlds} worlds: ${rule}\n    ${example}`).join('\n');
}
