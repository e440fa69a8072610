import { isMap } from '../schema.ts';

type Step =
  | Readonly<{ kind: 'key'; key: string }>
  | Readonly<{ kind: 'index'; index: number }>
  | Readonly<{ kind: 'all' }>
  | Readonly<{ kind: 'filter'; path: readonly string[]; equals: string }>;

/** Finds the values at a path in an object. */
export type PathReader = (object: unknown) => readonly unknown[];

/**
 * Reads a path of a printer column: members (`.a`, `['a.b/c']`, `.a\.b`), an index, `[*]`, and a filter for equality
 * (`[?(@.type=="Ready")]`). Undefined for what else JSONPath knows: printer columns have no use for it.
 */
export function parsePath(text: string): PathReader | undefined {
  const steps: Step[] = [];
  let rest = text.replace(/^\{|\}$/g, '').replace(/^\$/, '');
  while (rest !== '') {
    const [step, length] = nextStep(rest);
    if (step === undefined) return undefined;
    steps.push(step);
    rest = rest.slice(length);
  }
  return (object) =>
    steps.reduce<readonly unknown[]>((values, step) => values.flatMap((value) => taken(value, step)), [object]);
}

function nextStep(text: string): readonly [Step | undefined, number] {
  const key = /^\.((?:[^.[\]\\]|\\.)+)/.exec(text);
  if (key !== null) return [{ kind: 'key', key: (key[1] ?? '').replaceAll(/\\(.)/g, '$1') }, key[0].length];
  const quoted = /^\[(['"])(.*?)\1\]/.exec(text);
  if (quoted !== null) return [{ kind: 'key', key: quoted[2] ?? '' }, quoted[0].length];
  const index = /^\[(-?\d+)\]/.exec(text);
  if (index !== null) return [{ kind: 'index', index: Number(index[1]) }, index[0].length];
  const all = /^\[\*\]/.exec(text);
  if (all !== null) return [{ kind: 'all' }, all[0].length];
  const filter = /^\[\?\(@((?:\.\w+)+)\s*==\s*(['"])(.*?)\2\)\]/.exec(text);
  if (filter === null) return [undefined, 0];
  const path = (filter[1] ?? '').split('.').filter((one) => one !== '');
  return [{ kind: 'filter', path, equals: filter[3] ?? '' }, filter[0].length];
}

function taken(value: unknown, step: Step): readonly unknown[] {
  if (step.kind === 'key') return isMap(value) && value[step.key] !== undefined ? [value[step.key]] : [];
  if (!Array.isArray(value)) return step.kind === 'all' && isMap(value) ? Object.values(value) : [];
  if (step.kind === 'index') {
    const found: unknown = value.at(step.index);
    return found === undefined ? [] : [found];
  }
  if (step.kind === 'all') return value;
  return value.filter((item) => {
    const at = step.path.reduce<unknown>((inner, key) => (isMap(inner) ? inner[key] : undefined), item);
    return at === step.equals;
  });
}
