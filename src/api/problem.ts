/** What is wrong with an object: where, by which rule, and in words that say what to do. */
export type Problem = Readonly<{
  /** Path of the field, such as spec.strategy.canary.steps[2].setWeight. */
  path: string;
  /** Name of the rule in CamelCase, for tests, lint and metrics. */
  rule: string;
  /** `Invalid value: v: why` or `Required value: why`; the why says what to do. */
  message: string;
}>;

/** The answer of a reader: the value, or every problem that keeps it from being one. */
export type Checked<Value> =
  Readonly<{ ok: true; value: Value }> | Readonly<{ ok: false; problems: readonly Problem[] }>;

/** A field that holds what it may not hold. Long values are cut to 80 characters. */
export function invalid(path: string, rule: string, value: unknown, why: string): Problem {
  const shown = JSON.stringify(value) ?? 'undefined';
  return { path, rule, message: `Invalid value: ${shown.length > 80 ? `${shown.slice(0, 77)}...` : shown}: ${why}` };
}

/** A field that must be there and is not. */
export function required(path: string, rule: string, why: string): Problem {
  return { path, rule, message: `Required value: ${why}` };
}

/**
 * The message of condition InvalidSpec, as Argo words it but with every problem, joined by `; `.
 * Source: rollout-semantics 1.12.
 */
export function invalidSpecMessage(name: string, problems: readonly Problem[], kind = 'Rollout'): string {
  return `The ${kind} "${name}" is invalid: ${problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}`;
}

/** `path.key`, or `path["key"]` when the key is no plain word. */
export function member(path: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
