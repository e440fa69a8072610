/** A piece of a condition, with its place (0 is the first character). */
export type Token =
  | Readonly<{ kind: 'Number'; value: number; at: number }>
  | Readonly<{ kind: 'String'; value: string; at: number }>
  | Readonly<{ kind: 'Name'; value: string; at: number }>
  | Readonly<{ kind: 'Sign'; value: string; at: number }>
  | Readonly<{ kind: 'End'; value: ''; at: number }>;

/** A condition that cannot be read, or not be evaluated; the message says where and what to do. */
export class ExpressionError extends Error {
  /** Place of the first character at fault, from 0. */
  readonly at: number;
  constructor(message: string, at: number) {
    super(`${message} (at character ${at + 1})`);
    this.name = 'ExpressionError';
    this.at = at;
  }
}

/** Longest condition that is read, in characters. */
export const LONGEST_EXPRESSION = 8192;

/** Most words and signs of a condition: a chain of operators is as deep a tree as it is long. */
export const MOST_TOKENS = 1000;

const SIGNS = ['**', '&&', '||', '==', '!=', '<=', '>=', '??', '?.', '..', ...'+-*/%<>!?:.,()[]{}#'];
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Cuts a condition into tokens; throws ExpressionError on what no token begins with, or on one that never ends. */
export function tokenize(text: string): readonly Token[] {
  if (text.length > LONGEST_EXPRESSION) {
    throw new ExpressionError(`the expression has more than ${LONGEST_EXPRESSION} characters`, LONGEST_EXPRESSION);
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at, at + 512);
    const space = /^\s+/.exec(rest);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const { token, length } = next(text, rest, at);
    tokens.push(token);
    if (tokens.length > MOST_TOKENS)
      throw new ExpressionError(`the expression has more than ${MOST_TOKENS} words and signs`, at);
    at += length;
  }
  return [...tokens, { kind: 'End', value: '', at }];
}

function next(text: string, rest: string, at: number): Readonly<{ token: Token; length: number }> {
  const number = /^(?:\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/.exec(rest)?.[0];
  if (number !== undefined) {
    return { token: { kind: 'Number', value: Number(number.replaceAll('_', '')), at }, length: number.length };
  }
  const name = /^[A-Za-z_$][\w$]*/.exec(rest)?.[0];
  if (name !== undefined) return { token: { kind: 'Name', value: name, at }, length: name.length };
  const first = rest[0] ?? '';
  if (first === '"' || first === "'" || first === '`') return quoted(text, at, first);
  const sign = SIGNS.find((candidate) => rest.startsWith(candidate));
  if (sign === undefined) throw new ExpressionError(`unexpected character ${JSON.stringify(first)}`, at);
  return { token: { kind: 'Sign', value: sign, at }, length: sign.length };
}

function quoted(text: string, start: number, quote: string): Readonly<{ token: Token; length: number }> {
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === quote) return { token: { kind: 'String', value, at: start }, length: at + 1 - start };
    if (character === '\\' && quote !== '`') {
      at++;
      const escaped = text[at] ?? '';
      value += ESCAPES[escaped] ?? escaped;
    } else {
      value += character;
    }
  }
  throw new ExpressionError('the string never ends; close it with its quote', start);
}
