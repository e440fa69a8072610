import type { ParsedStep, StepPart } from '../../api/parse-canary.ts';

/** The weight of the last setWeight up to and including `index`: 0 before the first, `total` past the last step. */
export function weightInForce(steps: readonly ParsedStep[], index: number, total: number): number {
  if (index >= steps.length) return total;
  let weight = 0;
  for (const step of steps.slice(0, index + 1)) {
    for (const part of step.parts) if (part.kind === 'SetWeight') weight = part.weight;
  }
  return weight;
}

/** The part of that kind in a step, if it has one. */
export function partOf<Kind extends StepPart['kind']>(
  step: ParsedStep | undefined,
  kind: Kind,
): Extract<StepPart, { kind: Kind }> | undefined {
  return step?.parts.find((part): part is Extract<StepPart, { kind: Kind }> => part.kind === kind);
}

/** A step in words, as it stands in events: `setWeight: 20`. */
export function describeStep(step: ParsedStep): string {
  return step.parts
    .map((part) => {
      switch (part.kind) {
        case 'SetWeight':
          return `setWeight: ${part.weight}`;
        case 'Pause':
          return part.duration === undefined ? 'pause' : `pause: ${part.duration / 1000}s`;
        case 'Analysis':
          return 'analysis';
      }
    })
    .join(', ');
}

/** Steps done of how many, for the printer column: `3/6`; undefined without steps. */
export function displaySteps(index: number, count: number): string | undefined {
  return count === 0 ? undefined : `${Math.min(index, count)}/${count}`;
}
