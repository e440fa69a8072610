import { Environment } from '@marcbachmann/cel-js';
import type { Schema } from './schema.ts';
import { memberSchema } from './schema.ts';

/** A rule of x-kubernetes-validations, ready to run; `oldSelf` is undefined where there is no earlier value. */
export type CompiledRule = Readonly<{
  /** True when the rule speaks of the earlier value, so that it holds for updates only. */
  isTransition: boolean;
  /** The value of the expression, or why it has none. */
  run: (
    self: unknown,
    oldSelf: unknown,
  ) => Readonly<{ ok: true; value: unknown }> | Readonly<{ ok: false; why: string }>;
}>;

const environment = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true })
  .registerVariable('self', 'dyn')
  .registerVariable('oldSelf', 'dyn');
const compiled = new Map<string, CompiledRule | Readonly<{ fault: string }>>();

/** Compiles a rule; a fault when it is no CEL, or uses what this evaluator does not have. */
export function compileRule(text: string): CompiledRule | Readonly<{ fault: string }> {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const made = compile(text);
  compiled.set(text, made);
  return made;
}

function compile(text: string): CompiledRule | Readonly<{ fault: string }> {
  try {
    const program = environment.parse(withPlainHas(text));
    const { valid, error } = program.check();
    if (!valid) return { fault: firstLine(error) };
    return {
      isTransition: /\boldSelf\b/.test(text),
      run(self, oldSelf) {
        try {
          return { ok: true, value: program({ self, oldSelf }) as unknown };
        } catch (error) {
          return { ok: false, why: firstLine(error) };
        }
      },
    };
  } catch (error) {
    return { fault: firstLine(error) };
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

/** `has(a[0].b)` as `('b' in a[0])`, which is the same for JSON: the evaluator's `has` takes plain members only. */
function withPlainHas(text: string): string {
  let result = '';
  let rest = text;
  for (let at = rest.search(/\bhas\(/); at !== -1; at = rest.search(/\bhas\(/)) {
    const from = at + 'has('.length;
    const end = closing(rest, from);
    const inner = rest.slice(from, end);
    const dot = inner.lastIndexOf('.');
    const plain = !inner.includes('[') || dot === -1;
    result +=
      rest.slice(0, at) + (plain ? `has(${inner})` : `('${inner.slice(dot + 1).trim()}' in ${inner.slice(0, dot)})`);
    rest = rest.slice(end + 1);
  }
  return result + rest;
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

type Converted = Readonly<{ schema: Schema | undefined; value: unknown }>;

const converted = new WeakMap<object, Converted>();

/**
 * JSON as CEL sees it by its schema: whole numbers are ints, except where the schema says number. Kept for each map and
 * list: they are never changed, and most of an object is the same from one write to the next.
 */
export function celValue(schema: Schema | undefined, value: unknown): unknown {
  if (typeof value === 'number') return schema?.type === 'number' || !Number.isInteger(value) ? value : BigInt(value);
  if (typeof value !== 'object' || value === null) return value;
  const known = converted.get(value);
  if (known !== undefined && known.schema === schema) return known.value;
  const made = Array.isArray(value) ? value.map((item) => celValue(schema?.items, item)) : celMap(schema, value);
  converted.set(value, { schema, value: made });
  return made;
}

function celMap(schema: Schema | undefined, value: object): unknown {
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) result[key] = celValue(memberSchema(schema, key), member);
  return result;
}
