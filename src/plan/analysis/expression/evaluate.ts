import type { Value } from './operators.ts';
import { applyOperator, typeOf } from './operators.ts';
import type { Node } from './parse.ts';
import { parseExpression } from './parse.ts';
import { ExpressionError } from './token.ts';

/** Names that a condition may use. */
export type Scope = Readonly<Record<string, Value>>;

/** Steps that one evaluation may take, so that no condition can hold up the process. */
export const MOST_STEPS = 100_000;

type Run = { steps: number; scope: Scope };

/**
 * Evaluates a condition over its own values only: no host object can be reached. Throws ExpressionError on what cannot
 * be read, on values of the wrong kind, on unknown names, and past the limits of size, depth and steps.
 */
export function evaluateExpression(text: string, scope: Scope): Value {
  return evaluate(parseExpression(text), { steps: 0, scope }, undefined);
}

function evaluate(node: Node, run: Run, element: Value | undefined): Value {
  if (++run.steps > MOST_STEPS) throw new ExpressionError(`takes more than ${MOST_STEPS} steps`, node.at);
  switch (node.kind) {
    case 'Literal':
      return node.value;
    case 'Name':
      if (Object.hasOwn(run.scope, node.name)) return run.scope[node.name] ?? null;
      throw new ExpressionError(`unknown name ${node.name}; a condition knows \`result\` and its functions`, node.at);
    case 'Element':
      if (element !== undefined) return element;
      throw new ExpressionError(
        '# stands for an element, so only inside all, any, none, one, filter, map or count',
        node.at,
      );
    case 'List':
      return node.items.map((item) => evaluate(item, run, element));
    case 'Unary':
      return unary(node.sign, evaluate(node.operand, run, element), node.at);
    case 'Binary':
      return binary(node, run, element);
    case 'Choice':
      return truth(evaluate(node.test, run, element), '?:', node.at)
        ? evaluate(node.then, run, element)
        : evaluate(node.otherwise, run, element);
    case 'Index':
      return index(evaluate(node.of, run, element), evaluate(node.key, run, element), node.maybe, node.at);
    case 'Slice':
      return slice(node, run, element);
    case 'Call':
      return call(node, run, element);
  }
}

function truth(value: Value, sign: string, at: number): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`${sign} needs true or false, not ${typeOf(value)}`, at);
}

function unary(sign: string, value: Value, at: number): Value {
  if (sign === '!') return !truth(value, sign, at);
  if (typeof value !== 'number') throw new ExpressionError(`${sign} needs a number, not ${typeOf(value)}`, at);
  return sign === '-' ? -value : value;
}

function binary(node: Extract<Node, { kind: 'Binary' }>, run: Run, element: Value | undefined): Value {
  const { sign, at } = node;
  const left = evaluate(node.left, run, element);
  if (sign === '&&' || sign === 'and') {
    return truth(left, sign, at) && truth(evaluate(node.right, run, element), sign, at);
  }
  if (sign === '||' || sign === 'or') {
    return truth(left, sign, at) || truth(evaluate(node.right, run, element), sign, at);
  }
  if (sign === '??') return left ?? evaluate(node.right, run, element);
  const right = evaluate(node.right, run, element);
  // Searching long texts costs more than a step.
  for (const side of [left, right]) if (typeof side === 'string') run.steps += side.length >> 8;
  return applyOperator(sign, left, right, at);
}

function index(of: Value, key: Value, maybe: boolean, at: number): Value {
  if (of === null) {
    if (maybe) return null;
    throw new ExpressionError(`${nameOf(key)} cannot be read from nil`, at);
  }
  if (Array.isArray(of)) {
    const list: readonly Value[] = of;
    const place = typeof key === 'number' && key < 0 ? list.length + key : key;
    if (typeof place === 'number' && Number.isInteger(place) && place >= 0 && place < list.length) {
      return list[place] ?? null;
    }
    throw new ExpressionError(`${nameOf(key)} is outside a list of ${list.length}`, at);
  }
  if (typeof of === 'object' && typeof key === 'string') {
    const map = of as Readonly<Record<string, Value>>;
    return Object.hasOwn(map, key) ? (map[key] ?? null) : null;
  }
  throw new ExpressionError(`${typeOf(of)} has no element at ${nameOf(key)}`, at);
}

/** A key for messages: they go into a status, so a string, which may come from the answer, is not repeated. */
function nameOf(key: Value): string {
  return typeof key === 'number' ? `index ${key}` : `a key that is a ${typeOf(key)}`;
}

function slice(node: Extract<Node, { kind: 'Slice' }>, run: Run, element: Value | undefined): Value {
  const of = evaluate(node.of, run, element);
  const from = node.from === undefined ? 0 : evaluate(node.from, run, element);
  const to = node.to === undefined ? undefined : evaluate(node.to, run, element);
  if (typeof from !== 'number' || (to !== undefined && typeof to !== 'number')) {
    throw new ExpressionError('a slice needs numbers', node.at);
  }
  if (typeof of === 'string') return of.slice(from, to);
  if (Array.isArray(of)) return (of as readonly Value[]).slice(from, to);
  throw new ExpressionError(`${typeOf(of)} cannot be sliced`, node.at);
}

type Call = Extract<Node, { kind: 'Call' }>;

function call(node: Call, run: Run, element: Value | undefined): Value {
  if (OVER_LISTS.has(node.name)) return overList(node, run, element);
  const values = node.args.map((argument) => evaluate(argument, run, element));
  const [first = null, second = null] = values;
  switch (node.name) {
    case 'len':
      if (typeof first === 'string' || Array.isArray(first)) return first.length;
      if (typeof first === 'object' && first !== null) return Object.keys(first).length;
      throw new ExpressionError(`len needs a list, a map or a string, not ${typeOf(first)}`, node.at);
    case 'isNaN':
      return typeof first === 'number' && Number.isNaN(first);
    case 'isInf':
      return first === Number.POSITIVE_INFINITY || first === Number.NEGATIVE_INFINITY;
    case 'isNil':
      return first === null;
    case 'default':
      return first === null || (typeof first === 'number' && Number.isNaN(first)) ? second : first;
    case 'string':
      if (typeof first === 'string') return first;
      if (first === null || typeof first !== 'object') return String(first);
      throw new ExpressionError(`string takes no ${typeOf(first)}`, node.at);
    case 'asInt':
    case 'int':
      return Math.trunc(asNumber(first, node));
    case 'asFloat':
    case 'float':
      return asNumber(first, node);
    case 'abs':
      return Math.abs(asNumber(first, node));
    case 'sum':
    case 'min':
    case 'max':
      return reduce(node, values);
    default:
      throw new ExpressionError(`unknown function ${node.name}`, node.at);
  }
}

function asNumber(value: Value, node: Call): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) return Number(value);
  throw new ExpressionError(`${node.name} needs a number, not ${typeOf(value)}`, node.at);
}

function reduce(node: Call, values: readonly Value[]): number {
  const list: readonly Value[] = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
  const numbers = list.map((value) => asNumber(value, node));
  if (node.name === 'sum') return numbers.reduce((sum, value) => sum + value, 0);
  if (numbers.length === 0) throw new ExpressionError(`${node.name} of an empty list`, node.at);
  return numbers.reduce((a, b) => (node.name === 'min' ? Math.min(a, b) : Math.max(a, b)));
}

const OVER_LISTS = new Set(['all', 'any', 'none', 'one', 'filter', 'map', 'count']);

function overList(node: Call, run: Run, element: Value | undefined): Value {
  const [over, each] = node.args;
  if (over === undefined) throw new ExpressionError(`${node.name} needs a list`, node.at);
  const list = evaluate(over, run, element);
  if (!Array.isArray(list)) throw new ExpressionError(`${node.name} needs a list, not ${typeOf(list)}`, node.at);
  const items: readonly Value[] = list;
  const results = items.map((item) => (each === undefined ? item : evaluate(each, run, item)));
  if (node.name === 'map') return results;
  const holds = results.map((value) => truth(value, node.name, node.at));
  const matching = items.filter((_item, at) => holds[at] === true);
  switch (node.name) {
    case 'all':
      return matching.length === items.length;
    case 'any':
      return matching.length > 0;
    case 'none':
      return matching.length === 0;
    case 'one':
      return matching.length === 1;
    case 'filter':
      return matching;
    default:
      return matching.length;
  }
}
