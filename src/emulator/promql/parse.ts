import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { Binary, Expression, MatrixSelector, Subquery, VectorSelector } from './ast.ts';
import { checkTypes } from './check-types.ts';
import { quote } from './labels.ts';
import { parseNumber, parseString } from './literals.ts';
import type { Query } from './parse-parts.ts';
import { atOf, childrenOf, durationOf, groupingOf, matchersOf, matchingOf, spanOf, textOf } from './parse-parts.ts';
import { parseError } from './query-error.ts';
import { AGGREGATIONS, SIGNATURES } from './signatures.ts';

/** Longest query, in characters, and deepest nesting: what the evaluator's recursion surely bears. */
const LONGEST_QUERY = 65_536;
const DEEPEST = 200;

/**
 * Reads a query by the official grammar (package @prometheus-io/lezer-promql); throws QueryError of type bad_data when it
 * is none, when its types do not fit, or when it asks for something that is not carried here.
 */
export function parseQuery(query: string): Expression {
  if (query.trim() === '') throw parseError(query, 0, 'no expression found in input');
  if (query.length > LONGEST_QUERY) throw parseError(query, 0, `more than ${LONGEST_QUERY} characters`);
  const tree = parser.parse(query);
  tree.iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) throw unexpected(query, from, to);
    },
  });
  const top = tree.topNode.firstChild;
  if (top === null) throw parseError(query, 0, 'no expression found in input');
  const expression = read(top, query, 0);
  checkTypes(expression, query);
  return expression;
}

function unexpected(query: string, from: number, to: number): Error {
  const found = query.slice(from, Math.max(to, from + 1)).trim();
  return parseError(query, from, found === '' ? 'unexpected end of input' : `unexpected ${quote(found)}`);
}

function read(node: SyntaxNode, query: Query, depth: number): Expression {
  if (depth > DEEPEST) throw parseError(query, node.from, `nested deeper than ${DEEPEST}`);
  const below = (child: SyntaxNode): Expression => read(child, query, depth + 1);
  const span = spanOf(node);
  const [first] = childrenOf(node);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'Number', value: numberOf(node, query), ...span };
    case 'StringLiteral':
      return { kind: 'Text', value: stringOf(node, query), ...span };
    case 'ParenExpr':
      return below(only(node, query));
    case 'UnaryExpr': {
      const [operator, of = node] = childrenOf(node);
      return textOf(operator ?? node, query) === '-' ? { kind: 'Negation', of: below(of), ...span } : below(of);
    }
    case 'VectorSelector':
      return { kind: 'VectorSelector', matchers: matchersOf(node, query), offset: 0, fixed: undefined, ...span };
    case 'MatrixSelector':
    case 'SubqueryExpr':
      return ranged(node, query, below);
    case 'OffsetExpr':
    case 'StepInvariantExpr':
      return shifted(node, below(first ?? node), query);
    case 'BinaryExpr':
      return binary(node, query, below);
    case 'AggregateExpr':
      return aggregation(node, query, below);
    case 'FunctionCall':
      return call(node, query, below);
    default:
      throw parseError(query, node.from, `${quote(textOf(node, query))} is not carried by the embedded Prometheus`);
  }
}

type Below = (child: SyntaxNode) => Expression;

function only(node: SyntaxNode, query: Query): SyntaxNode {
  const [child] = childrenOf(node);
  if (child === undefined) throw unexpected(query, node.from, node.to);
  return child;
}

function numberOf(node: SyntaxNode, query: Query): number {
  const text = textOf(node, query);
  const value = parseNumber(text);
  if (value === undefined) throw parseError(query, node.from, `error parsing number: ${quote(text)}`);
  return value;
}

function stringOf(node: SyntaxNode, query: Query): string {
  const text = parseString(textOf(node, query));
  if (text === undefined) throw parseError(query, node.from, 'unterminated or malformed quoted string');
  return text;
}

function ranged(node: SyntaxNode, query: Query, below: Below): MatrixSelector | Subquery {
  const [of = node, length, step] = childrenOf(node);
  const range = length === undefined ? 0 : durationOf(length, query);
  if (range <= 0) throw parseError(query, (length ?? node).from, 'duration must be greater than 0');
  if (node.name === 'MatrixSelector') {
    const selector = below(of);
    if (of.name !== 'VectorSelector' || selector.kind !== 'VectorSelector') {
      throw parseError(query, node.from, 'ranges only allowed for vector selectors');
    }
    return { kind: 'MatrixSelector', selector, range, ...spanOf(node) };
  }
  const pace = step === undefined ? undefined : durationOf(step, query);
  if (pace !== undefined && pace <= 0) throw parseError(query, node.from, 'duration must be greater than 0');
  return { kind: 'Subquery', of: below(of), range, step: pace, offset: 0, fixed: undefined, ...spanOf(node) };
}

function shifted(node: SyntaxNode, of: Expression, query: Query): Expression {
  const [inner, , duration] = childrenOf(node);
  const isOffset = node.name === 'OffsetExpr';
  const offset = isOffset && duration !== undefined ? durationOf(duration, query) : undefined;
  const fixed = isOffset ? undefined : atOf(node, query);
  const shift = <T extends VectorSelector | Subquery>(target: T): T => {
    const again = isOffset ? target.offset !== 0 : target.fixed !== undefined;
    const name = isOffset ? 'offset' : '@ <timestamp>';
    if (again) throw parseError(query, node.from, `${name} may not be set multiple times`);
    return { ...target, ...(isOffset ? { offset } : { fixed }), to: node.to };
  };
  if (inner?.name !== 'ParenExpr') {
    if (of.kind === 'VectorSelector' || of.kind === 'Subquery') return shift(of);
    if (of.kind === 'MatrixSelector') return { ...of, selector: shift(of.selector), to: node.to };
  }
  const name = isOffset ? 'offset' : '@';
  const wanted = 'an instant vector selector or range vector selector or a subquery';
  throw parseError(query, node.from, `${name} modifier must be preceded by ${wanted}`);
}

function binary(node: SyntaxNode, query: Query, below: Below): Expression {
  const children = childrenOf(node);
  const [left, sign, ...rest] = children;
  const right = children.at(-1);
  if (left === undefined || sign === undefined || right === undefined) throw unexpected(query, node.from, node.to);
  if (rest.some(({ name }) => name === 'FillModifier' || name.startsWith('Fill'))) {
    throw parseError(query, node.from, 'binop fill modifiers are experimental and not enabled');
  }
  const operator = textOf(sign, query).toLowerCase() as Binary['operator'];
  const clause = rest.find(({ name }) => name === 'MatchingModifierClause');
  const made: Binary = {
    kind: 'Binary',
    operator,
    left: below(left),
    right: below(right),
    bool: rest.some(({ name }) => name === 'BoolModifier'),
    matching: matchingOf(clause, query),
    ...spanOf(node),
  };
  // The grammar reads -1^2 as (-1)^2; for Prometheus the power binds tighter than the sign.
  if (operator !== '^' || left.name !== 'NumberDurationLiteral' || !textOf(left, query).startsWith('-')) return made;
  const size = { kind: 'Number', value: -numberOf(left, query), from: left.from, to: left.to } as const;
  return { kind: 'Negation', of: { ...made, left: size }, ...spanOf(node) };
}

function aggregation(node: SyntaxNode, query: Query, below: Below): Expression {
  const children = childrenOf(node);
  const operator = textOf(children[0] ?? node, query).toLowerCase();
  if (!AGGREGATIONS.has(operator)) {
    throw parseError(query, node.from, `aggregation ${quote(operator)} is not carried by the embedded Prometheus`);
  }
  const body = children.find(({ name }) => name === 'FunctionCallBody');
  const operands = body === undefined ? [] : childrenOf(body);
  const wanted = AGGREGATIONS.get(operator) === undefined ? 1 : 2;
  if (operands.length !== wanted) {
    const found = `expected ${wanted}, got ${operands.length}`;
    const text = `wrong number of arguments for aggregate expression provided, ${found}`;
    throw parseError(query, node.from, operands.length === 0 ? 'no arguments for aggregate expression provided' : text);
  }
  const modifier = children.find(({ name }) => name === 'AggregateModifier');
  const of = operands.at(-1) ?? node;
  const parameter = wanted === 2 ? operands[0] : undefined;
  return {
    kind: 'Aggregation',
    operator,
    of: below(of),
    parameter: parameter === undefined ? undefined : below(parameter),
    ...groupingOf(modifier, query),
    ...spanOf(node),
  };
}

function call(node: SyntaxNode, query: Query, below: Below): Expression {
  const [identifier = node, body] = childrenOf(node);
  const name = textOf(identifier, query);
  if (!SIGNATURES.has(name)) {
    throw parseError(query, node.from, `function ${quote(name)} is not carried by the embedded Prometheus`);
  }
  const parameters = body === undefined ? [] : childrenOf(body).map(below);
  return { kind: 'Call', name, parameters, ...spanOf(node) };
}
