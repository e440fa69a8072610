import type { Token } from './token.ts';
import { ExpressionError, tokenize } from './token.ts';

/** A condition as a tree; `at` is the place of the token that it is named by. */
export type Node = Readonly<{ at: number }> &
  (
    | Readonly<{ kind: 'Literal'; value: number | string | boolean | null }>
    | Readonly<{ kind: 'Name'; name: string }>
    | Readonly<{ kind: 'Element' }>
    | Readonly<{ kind: 'List'; items: readonly Node[] }>
    | Readonly<{ kind: 'Unary'; sign: string; operand: Node }>
    | Readonly<{ kind: 'Binary'; sign: string; left: Node; right: Node }>
    | Readonly<{ kind: 'Choice'; test: Node; then: Node; otherwise: Node }>
    | Readonly<{ kind: 'Index'; of: Node; key: Node; maybe: boolean }>
    | Readonly<{ kind: 'Slice'; of: Node; from: Node | undefined; to: Node | undefined }>
    | Readonly<{ kind: 'Call'; name: string; args: readonly Node[] }>
  );

/** How deep a condition may be nested. */
export const DEEPEST = 64;

/** Binding strength of operators between two operands, weakest first. Source: expr-lang's language definition. */
const STRENGTH: Readonly<Record<string, number>> = {
  '||': 10,
  or: 10,
  '&&': 15,
  and: 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '>': 20,
  '<=': 20,
  '>=': 20,
  in: 20,
  'not in': 20,
  contains: 20,
  startsWith: 20,
  endsWith: 20,
  matches: 20,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  '??': 500,
};

const CONSTANTS: Readonly<Record<string, boolean | null>> = { true: true, false: false, nil: null, null: null };

/** Reads a condition; throws ExpressionError that says where it went wrong. */
export function parseExpression(text: string): Node {
  const parser = new Parser(tokenize(text));
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Node {
    const node = this.#expression();
    const { kind, value, at } = this.#token();
    if (kind !== 'End')
      throw new ExpressionError(`unexpected ${JSON.stringify(value)}; an operator is missing before it`, at);
    return node;
  }

  #token(ahead = 0): Token {
    return this.#tokens[this.#next + ahead] ?? { kind: 'End', value: '', at: 0 };
  }

  #is(value: string, ahead = 0): boolean {
    const token = this.#token(ahead);
    return (token.kind === 'Sign' || token.kind === 'Name') && token.value === value;
  }

  #take(value: string): boolean {
    if (!this.#is(value)) return false;
    this.#next++;
    return true;
  }

  #expect(value: string): void {
    if (this.#take(value)) return;
    const { at, value: found } = this.#token();
    throw new ExpressionError(
      `expected ${JSON.stringify(value)} but found ${found === '' ? 'the end' : JSON.stringify(found)}`,
      at,
    );
  }

  #expression(): Node {
    if (++this.#depth > DEEPEST) throw new ExpressionError(`nested deeper than ${DEEPEST}`, this.#token().at);
    const test = this.#binary(0);
    const { at } = this.#token();
    let node = test;
    if (this.#take('?')) {
      const then = this.#expression();
      this.#expect(':');
      node = { kind: 'Choice', test, then, otherwise: this.#expression(), at };
    }
    this.#depth--;
    return node;
  }

  #binary(weakest: number): Node {
    let left = this.#unary();
    for (;;) {
      const { at } = this.#token();
      const negated = this.#is('not') && this.#is('in', 1);
      const token = this.#token();
      const sign = negated ? 'not in' : String(token.value);
      const strength = token.kind === 'Sign' || token.kind === 'Name' ? STRENGTH[sign] : undefined;
      if (strength === undefined || strength < weakest || !Object.hasOwn(STRENGTH, sign)) return left;
      this.#next += negated ? 2 : 1;
      // A power binds to its right first: 2 ** 3 ** 2 is 2 ** 9.
      const right = this.#binary(sign === '**' ? strength : strength + 1);
      left = { kind: 'Binary', sign, left, right, at };
    }
  }

  #unary(): Node {
    const token = this.#token();
    for (const sign of ['!', 'not', '-', '+']) {
      if (!this.#is(sign)) continue;
      this.#next++;
      if (++this.#depth > DEEPEST) throw new ExpressionError(`nested deeper than ${DEEPEST}`, token.at);
      const operand = sign === 'not' || sign === '!' ? this.#unary() : this.#binary(90);
      this.#depth--;
      return { kind: 'Unary', sign: sign === 'not' ? '!' : sign, operand, at: token.at };
    }
    return this.#postfix(this.#primary());
  }

  #primary(): Node {
    const token = this.#token();
    const { at } = token;
    this.#next++;
    if (token.kind === 'Number' || token.kind === 'String') return { kind: 'Literal', value: token.value, at };
    if (token.kind === 'Name') return this.#named(token.value, at);
    if (token.value === '(') {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (token.value === '[') return { kind: 'List', items: this.#list(']'), at };
    if (token.value === '#') return { kind: 'Element', at };
    if (token.value === '.' && this.#token().kind === 'Name') {
      const key = String(this.#token().value);
      this.#next++;
      return { kind: 'Index', of: { kind: 'Element', at }, key: { kind: 'Literal', value: key, at }, maybe: false, at };
    }
    throw new ExpressionError(
      token.kind === 'End' ? 'the expression ends too early' : `unexpected ${JSON.stringify(token.value)}`,
      at,
    );
  }

  #named(name: string, at: number): Node {
    if (Object.hasOwn(CONSTANTS, name)) return { kind: 'Literal', value: CONSTANTS[name] ?? null, at };
    if (!this.#take('(')) return { kind: 'Name', name, at };
    return { kind: 'Call', name, args: this.#list(')'), at };
  }

  #list(close: string): readonly Node[] {
    const items: Node[] = [];
    while (!this.#take(close)) {
      if (items.length > 0) this.#expect(',');
      if (this.#take('{')) {
        items.push(this.#expression());
        this.#expect('}');
      } else {
        items.push(this.#expression());
      }
    }
    return items;
  }

  #postfix(start: Node): Node {
    let node = start;
    for (;;) {
      const { at } = this.#token();
      const maybe = this.#is('?.');
      if (maybe || this.#is('.')) {
        this.#next++;
        const { kind, value } = this.#token();
        if (kind !== 'Name') throw new ExpressionError('expected a member name after the dot', this.#token().at);
        this.#next++;
        node = { kind: 'Index', of: node, key: { kind: 'Literal', value, at }, maybe, at };
      } else if (this.#take('[')) {
        node = this.#subscript(node, at);
      } else {
        return node;
      }
    }
  }

  #subscript(of: Node, at: number): Node {
    const from = this.#is(':') ? undefined : this.#expression();
    if (this.#take(':')) {
      const to = this.#is(']') ? undefined : this.#expression();
      this.#expect(']');
      return { kind: 'Slice', of, from, to, at };
    }
    this.#expect(']');
    if (from === undefined) throw new ExpressionError('an index is missing', at);
    return { kind: 'Index', of, key: from, maybe: false, at };
  }
}
