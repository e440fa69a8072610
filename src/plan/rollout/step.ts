import type { CanaryScale, ParsedStep, StepPart } from '../../api/parse-canary.ts';

/** The weight of the last setWeight up to and including `index`: 0 before the first, `total` past the last step. */
export function weightInForce(steps: readonly ParsedStep[], index: number, total: number): number {
  if (index >= steps.length) return total;
  let weight = 0;
  for (const step of steps.slice(0, index + 1)) {
    for (const part of step.parts) if (part.kind === 'SetWeight') weight = part.weight;
  }
  return weight;
}

/**
 * The last setCanaryScale up to and including `index`; undefined where there is none, where it says matchTrafficWeight,
 * and past the last step.
 */
export function scaleAt(steps: readonly ParsedStep[], index: number): CanaryScale | undefined {
  if (index >= steps.length) return undefined;
  let scale: CanaryScale | undefined;
  for (const step of steps.slice(0, index + 1)) {
    for (const part of step.parts) if (part.kind === 'SetCanaryScale') scale = part.scale;
  }
  return scale;
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
        case 'SetCanaryScale':
          return describeScale(part.scale);
        case 'Experiment':
          return 'experiment';
        case 'SetRoute':
          return `${part.change.field}: ${part.change.name}`;
      }
    })
    .join(', ');
}

function describeScale(scale: CanaryScale | undefined): string {
  if (scale === undefined) return 'setCanaryScale{matchTrafficWeight: true}';
  return scale.kind === 'Replicas'
    ? `setCanaryScale{replicas: ${scale.replicas}}`
    : `setCanaryScale{weight: ${scale.weight}}`;
}

/** Steps done of how many, for the printer column: `3/6`; undefined without steps. */
export function displaySteps(index: number, count: number): string | undefined {
  return count === 0 ? undefined : `${Math.min(index, count)}/${count}`;
}
