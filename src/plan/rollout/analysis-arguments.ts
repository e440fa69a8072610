import type { AnalysisArgument } from '../../api/analysis.ts';
import type { Rollout, RolloutStatus } from '../../api/rollout.ts';

/** An argument with its value; undefined when the Rollout does not have what it refers to. */
export type ResolvedArgument = Readonly<{ name: string; value: string | undefined; path: string }>;

/**
 * The values that a Rollout gives to the arguments of its templates: as written, the hash of a revision, or a field of
 * the Rollout itself that ends in one string, number or boolean.
 */
export function resolveArguments(
  rollout: Rollout,
  status: RolloutStatus,
  args: readonly AnalysisArgument[],
  path: string,
): readonly ResolvedArgument[] {
  return args.map((argument, index) => ({
    name: argument.name,
    value: valueOf(rollout, status, argument),
    path: `${path}.args[${index}]`,
  }));
}

function valueOf(rollout: Rollout, status: RolloutStatus, argument: AnalysisArgument): string | undefined {
  const { value, valueFrom } = argument;
  if (value !== undefined) return value;
  if (valueFrom?.podTemplateHashValue === 'Latest') return status.currentPodHash;
  if (valueFrom?.podTemplateHashValue === 'Stable') return status.stableRS;
  const fieldPath = valueFrom?.fieldRef?.fieldPath;
  return fieldPath === undefined ? undefined : readField(rollout, fieldPath);
}

/**
 * Reads a field by a path such as `metadata.labels['app']` or `spec.strategy.canary.steps[0].setWeight`; undefined when
 * it is not there or is no single value.
 */
export function readField(object: unknown, path: string): string | undefined {
  const keys = path.match(/[^.[\]'"]+|\['[^']*'\]|\["[^"]*"\]/g) ?? [];
  let value: unknown = object;
  for (const key of keys) {
    const name = key.replace(/^\[['"]|['"]\]$/g, '');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
