import type { CanaryStrategy } from './canary.ts';
import { DEFAULT_MAX_WEIGHT, DEFAULT_REPLICAS } from './defaults.ts';
import type { Problem } from './problem.ts';
import { invalid } from './problem.ts';
import type { Rollout } from './rollout.ts';

const PATH = 'spec.strategy.canary';

/** Sizes of a canary that are legal, and mean fewer pods than the traffic asks for. */
export function warnSizes({ spec }: Rollout): readonly Problem[] {
  const canary = spec.strategy?.canary;
  if (canary === undefined) return [];
  const replicas = spec.replicas ?? DEFAULT_REPLICAS;
  return [...warnThreshold(canary, replicas), ...warnScales(canary, replicas)];
}

function warnThreshold({ replicaProgressThreshold }: CanaryStrategy, replicas: number): readonly Problem[] {
  if (replicaProgressThreshold === undefined) return [];
  const { type, value } = replicaProgressThreshold;
  const path = `${PATH}.replicaProgressThreshold`;
  if (value < 1)
    return [invalid(`${path}.value`, 'WholeThreshold', value, 'counts as all of the pods; write 1 or more')];
  switch (type) {
    case 'Percent':
    case 'Pods': {
      const pods = type === 'Pods' ? value : Math.ceil((replicas * value) / 100);
      const why = `${pods} of ${replicas} pods count as enough, for all of the traffic too`;
      return pods < replicas ? [invalid(path, 'ReducedThreshold', replicaProgressThreshold, why)] : [];
    }
    // The takeover group's schema has no list of types.
    default:
      return [invalid(`${path}.type`, 'ThresholdType', type, 'counts as all of the pods; write Percent or Pods')];
  }
}

/** Weights that a setCanaryScale, which outlives them, leaves with fewer pods than they ask for (fix F-C1). */
function warnScales({ steps = [], trafficRouting }: CanaryStrategy, replicas: number): readonly Problem[] {
  const total = trafficRouting?.maxTrafficWeight ?? DEFAULT_MAX_WEIGHT;
  const podsOf = (weight: number): number => Math.ceil((replicas * weight) / total);
  const problems: Problem[] = [];
  let scale: Readonly<{ step: number; pods: number }> | undefined;
  for (const [index, { setCanaryScale, setWeight }] of steps.entries()) {
    if (setCanaryScale !== undefined) {
      const { replicas: pods, weight } = setCanaryScale;
      const declared = pods ?? (weight === undefined ? undefined : podsOf(weight));
      scale = declared === undefined ? undefined : { step: index, pods: declared };
    }
    if (setWeight === undefined || scale === undefined || scale.pods >= podsOf(setWeight)) continue;
    const why =
      `asks for ${podsOf(setWeight)} pods, and setCanaryScale of steps[${scale.step}] keeps ${scale.pods};` +
      ' put setCanaryScale: {matchTrafficWeight: true} before it';
    problems.push(invalid(`${PATH}.steps[${index}].setWeight`, 'ScaleBelowWeight', setWeight, why));
  }
  return problems;
}
