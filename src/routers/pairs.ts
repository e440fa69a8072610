import type { BackendRef, RouteRule } from './route-shape.ts';
import type { SplitWriter } from './router.ts';

/** The places of the two backends in one rule that names both Services, and their weights. */
export type BackendPair = Readonly<{
  rule: number;
  canary: number;
  stable: number;
  canaryWeight: number;
  stableWeight: number;
  /** The backends that are experiments'. */
  additional: readonly Readonly<{ at: number; service: string; weight: number }>[];
}>;

/** The Gateway API counts a backend without weight as 1. */
const DEFAULT_WEIGHT = 1;

/** True for a backend, of a route in `namespace`, that is the writer's Service of that name: those stand in its own. */
export function isService(
  ref: BackendRef,
  name: string,
  { rollout }: SplitWriter,
  namespace: string | undefined,
): boolean {
  return (
    ref.name === name &&
    (ref.kind ?? 'Service') === 'Service' &&
    (ref.group ?? '') === '' &&
    (ref.namespace ?? namespace) === rollout.split('/')[0]
  );
}

/** The rules that name both Services, with the places of the two backends in them, and of those of experiments by name. */
export function pairsOf(
  rules: readonly RouteRule[],
  writer: SplitWriter,
  namespace: string | undefined,
  trials: readonly string[] = [],
): readonly BackendPair[] {
  return rules.flatMap((rule, index) => {
    const refs = rule.backendRefs ?? [];
    const canary = refs.findIndex((ref) => isService(ref, writer.canary, writer, namespace));
    const stable = refs.findIndex((ref) => isService(ref, writer.stable, writer, namespace));
    if (canary < 0 || stable < 0) return [];
    const weight = (at: number): number => refs[at]?.weight ?? DEFAULT_WEIGHT;
    const additional = refs.flatMap((ref, at) =>
      trials.some((name) => isService(ref, name, writer, namespace))
        ? [{ at, service: ref.name, weight: weight(at) }]
        : [],
    );
    return [{ rule: index, canary, stable, canaryWeight: weight(canary), stableWeight: weight(stable), additional }];
  });
}

/** The canary's part of a pair, in weights that sum to `total`. */
export function shareOf({ canaryWeight, stableWeight, additional }: BackendPair, total: number): number {
  const sum = additional.reduce((all, { weight }) => all + weight, canaryWeight + stableWeight);
  // Both weights 0 answers every request with an error: neither side serves, so no share is the canary's.
  return sum === 0 ? 0 : (total * canaryWeight) / sum;
}
