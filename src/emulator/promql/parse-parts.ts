import type { SyntaxNode } from '@lezer/common';
import type { AtTime, Matching, Span } from './ast.ts';
import { METRIC_NAME, quote } from './labels.ts';
import { parseDuration, parseNumber, parseString } from './literals.ts';
import type { Matcher } from './matcher.ts';
import { matcher } from './matcher.ts';
import { parseError } from './query-error.ts';

/** The text that is parsed. */
export type Query = string;

/** The nodes right below a node, comments left out. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** The text of a node. */
export function textOf(node: SyntaxNode, query: Query): string {
  return query.slice(node.from, node.to);
}

/** Where a node stands. */
export function spanOf(node: SyntaxNode): Span {
  return { from: node.from, to: node.to };
}

/** The conditions of a selector, the metric name last as in Prometheus. */
export function matchersOf(selector: SyntaxNode, query: Query): readonly Matcher[] {
  const found: Matcher[] = [];
  const braces = childrenOf(selector).find(({ name }) => name === 'LabelMatchers');
  for (const each of braces === undefined ? [] : childrenOf(braces)) {
    const [name = each, operator, value] = childrenOf(each);
    if (each.name === 'QuotedLabelName') {
      found.push(matcher(METRIC_NAME, '=', quotedText(each, query)));
    } else if (operator !== undefined && value !== undefined) {
      const label = each.name === 'QuotedLabelMatcher' ? quotedText(name, query) : textOf(name, query);
      found.push(readMatcher(label, textOf(operator, query) as Matcher['operator'], value, query));
    }
  }
  const identifier = childrenOf(selector).find(({ name }) => name === 'Identifier');
  if (identifier === undefined) {
    if (found.every(({ matches }) => matches(''))) {
      throw parseError(query, selector.from, 'vector selector must contain at least one non-empty matcher');
    }
    return found;
  }
  const own = textOf(identifier, query);
  const other = found.find(({ name }) => name === METRIC_NAME);
  if (other !== undefined) {
    const names = `${quote(own)} or ${quote(other.value)}`;
    throw parseError(query, selector.from, `metric name must not be set twice: ${names}`);
  }
  return [...found, matcher(METRIC_NAME, '=', own)];
}

function readMatcher(label: string, operator: Matcher['operator'], node: SyntaxNode, query: Query): Matcher {
  const value = quotedText(node, query);
  try {
    return matcher(label, operator, value);
  } catch (cause) {
    throw parseError(query, node.from, `error parsing regexp: ${cause instanceof Error ? cause.message : value}`);
  }
}

function quotedText(node: SyntaxNode, query: Query): string {
  const text = parseString(textOf(node, query));
  if (text === undefined) throw parseError(query, node.from, 'unterminated or malformed quoted string');
  return text;
}

/** A duration in milliseconds: `5m`, seconds as a plain number, a sign before it; sums of durations are experimental. */
export function durationOf(node: SyntaxNode, query: Query): number {
  const text = textOf(node, query).replaceAll(/\s/g, '');
  const [, sign = '', size = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const length = parseDuration(size) ?? secondsOf(size);
  if (length === undefined) {
    throw parseError(query, node.from, `duration ${quote(text)} is not carried by the embedded Prometheus`);
  }
  return sign === '-' ? -length : length;
}

function secondsOf(text: string): number | undefined {
  const value = parseNumber(text);
  return value === undefined || !Number.isFinite(value) ? undefined : Math.round(value * 1000);
}

/** The time of `@`, in milliseconds. */
export function atOf(node: SyntaxNode, query: Query): AtTime {
  const [, , target] = childrenOf(node);
  if (target?.name === 'AtModifierPreprocessors') {
    return textOf(target, query).toLowerCase().startsWith('start') ? 'start' : 'end';
  }
  const value = target === undefined ? undefined : parseNumber(textOf(target, query));
  if (value === undefined || !Number.isFinite(value)) {
    throw parseError(query, node.from, `timestamp out of bounds for @ modifier: ${value ?? 'none'}`);
  }
  return Math.round(value * 1000);
}

function namesOf(labels: SyntaxNode | undefined, query: Query): readonly string[] {
  if (labels === undefined) return [];
  return childrenOf(labels).map((each) =>
    each.name === 'QuotedLabelName' ? quotedText(each, query) : textOf(each, query),
  );
}

/** `by (…)` and `without (…)`; without either, everything falls into one group. */
export function groupingOf(
  modifier: SyntaxNode | undefined,
  query: Query,
): Readonly<{ labels: readonly string[]; without: boolean }> {
  if (modifier === undefined) return { labels: [], without: false };
  const [word, labels] = childrenOf(modifier);
  return { labels: namesOf(labels, query), without: word?.name === 'Without' };
}

/** `on (…)`, `ignoring (…)`, `group_left (…)`. */
export function matchingOf(clause: SyntaxNode | undefined, query: Query): Matching {
  if (clause === undefined) return { on: false, labels: [], group: undefined };
  const [word, labels, group, include] = childrenOf(clause);
  const many = group?.name === 'GroupRight' ? 'right' : 'left';
  return {
    on: word?.name === 'On',
    labels: namesOf(labels, query),
    group: group === undefined ? undefined : { many, include: namesOf(include, query) },
  };
}
