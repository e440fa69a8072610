import type { Binary, Call, Comparison, Expression, ValueType } from './ast.ts';
import { quote } from './labels.ts';
import { parseError } from './query-error.ts';
import { AGGREGATIONS, SIGNATURES } from './signatures.ts';

const NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);
const SETS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

/** True for operators that filter, or give 0 and 1. */
export function isComparison(operator: string): operator is Comparison {
  return COMPARISONS.has(operator);
}

/** True for operators on sets of series. */
export function isSetOperator(operator: string): boolean {
  return SETS.has(operator);
}

/** The type that an expression gives. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'Number':
      return 'scalar';
    case 'Text':
      return 'string';
    case 'VectorSelector':
    case 'Aggregation':
      return 'vector';
    case 'MatrixSelector':
    case 'Subquery':
      return 'matrix';
    case 'Negation':
      return typeOf(expression.of);
    case 'Binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar' ? 'scalar' : 'vector';
    case 'Call':
      return SIGNATURES.get(expression.name)?.gives ?? 'vector';
  }
}

/** Throws QueryError where operands do not fit, by the rules of checkAST in prometheus/promql/parser/parse.go. */
export function checkTypes(expression: Expression, query: string): void {
  switch (expression.kind) {
    case 'Number':
    case 'Text':
    case 'VectorSelector':
    case 'MatrixSelector':
      return;
    case 'Negation': {
      const found = typeOf(expression.of);
      const rule = 'unary expression only allowed on expressions of type scalar or instant vector';
      if (found !== 'scalar' && found !== 'vector') {
        throw parseError(query, expression.from, `${rule}, got ${quote(NAMES[found])}`);
      }
      return checkTypes(expression.of, query);
    }
    case 'Subquery': {
      const found = typeOf(expression.of);
      if (found !== 'vector') {
        throw parseError(query, expression.from, `subquery is only allowed on instant vector, got ${found} instead`);
      }
      return checkTypes(expression.of, query);
    }
    case 'Aggregation': {
      expect(expression.of, 'vector', 'aggregation expression', query);
      const wanted = AGGREGATIONS.get(expression.operator);
      if (expression.parameter !== undefined && wanted !== undefined) {
        expect(expression.parameter, wanted, 'aggregation parameter', query);
      }
      return;
    }
    case 'Binary':
      return checkBinary(expression, query);
    case 'Call':
      return checkCall(expression, query);
  }
}

function expect(expression: Expression, wanted: ValueType, where: string, query: string): void {
  checkTypes(expression, query);
  const found = typeOf(expression);
  if (found !== wanted) {
    throw parseError(query, expression.from, `expected type ${NAMES[wanted]} in ${where}, got ${NAMES[found]}`);
  }
}

function checkBinary(expression: Binary, query: string): void {
  const { operator, left, right, bool, matching } = expression;
  const refuse = (message: string, at = expression.from): Error => parseError(query, at, message);
  for (const side of [left, right]) {
    checkTypes(side, query);
    const type = typeOf(side);
    if (type !== 'scalar' && type !== 'vector') {
      throw refuse('binary expression must contain only scalar and instant vector types', side.from);
    }
  }
  const scalars = [left, right].filter((side) => typeOf(side) === 'scalar').length;
  if (bool && !isComparison(operator)) throw refuse('bool modifier can only be used on comparison operators');
  if (isComparison(operator) && !bool && scalars === 2) {
    throw refuse('comparisons between scalars must use BOOL modifier');
  }
  if (isSetOperator(operator) && scalars > 0) {
    throw refuse(`set operator ${quote(operator)} not allowed in binary scalar expression`);
  }
  if (isSetOperator(operator) && matching.group !== undefined) {
    throw refuse(`no grouping allowed for ${quote(operator)} operation`);
  }
  if (scalars > 0 && matching.labels.length > 0) throw refuse('vector matching only allowed between instant vectors');
  const twice = matching.on ? matching.labels.find((label) => matching.group?.include.includes(label)) : undefined;
  if (twice !== undefined) throw refuse(`label ${quote(twice)} must not occur in ON and GROUP clause at once`);
}

function checkCall(expression: Call, query: string): void {
  const { name, parameters } = expression;
  const signature = SIGNATURES.get(name);
  if (signature === undefined) throw parseError(query, expression.from, `unknown function with name ${quote(name)}`);
  const { takes, optional, more } = signature;
  const least = takes.length - optional;
  const most = more ? Number.POSITIVE_INFINITY : takes.length;
  if (parameters.length < least || parameters.length > most) {
    const bound = parameters.length < least ? 'at least' : 'at most';
    const wanted = optional === 0 && !more ? takes.length : `${bound} ${bound === 'at least' ? least : most}`;
    const found = `in call to ${quote(name)}, got ${parameters.length}`;
    throw parseError(query, expression.from, `expected ${wanted} argument(s) ${found}`);
  }
  for (const [index, parameter] of parameters.entries()) {
    const wanted = takes[Math.min(index, takes.length - 1)] ?? 'vector';
    expect(parameter, wanted, `call to function ${quote(name)}`, query);
  }
}
