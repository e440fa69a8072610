import type { KubeObject } from '../kube/resource.ts';
import { labelValueProblem, qualifiedNameProblems } from './names.ts';
import type { Refusal } from './refusal.ts';
import { badRequest, isRefusal } from './refusal.ts';

/** Whether an object is among those asked for. */
export type Matcher = (object: KubeObject) => boolean;

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;
type Tokens = { list: readonly string[]; at: number };

const SPECIAL = /^(==|!=|[=!(),<>])/;
const WORD = /^[^\s=!(),<>]+/;
const OPERATORS = ['in', 'notin', '=', '==', '!=', '>', '<'];

/**
 * Reads a label selector in its text form (`a=b,c!=d,e in (f,g),!h`); 400 with the words of the server when it is none.
 * Source: apimachinery, labels.Parser.
 */
export function parseLabelSelector(text: string): Matcher | Refusal {
  const tokens: Tokens = { list: tokensOf(text), at: 0 };
  const tests: LabelTest[] = [];
  while (peek(tokens) !== '') {
    if (!isWord(peek(tokens)) && peek(tokens) !== '!') {
      return fault(peek(tokens), "!, identifier, or 'end of string'");
    }
    const test = readRequirement(tokens);
    if (isRefusal(test)) return badRequest(`unable to parse requirement: ${test.refused.message}`);
    tests.push(test);
    const next = take(tokens);
    if (next === '') break;
    if (next !== ',') return fault(next, "',' or 'end of string'");
    if (!isWord(peek(tokens)) && peek(tokens) !== '!') return fault(peek(tokens), "identifier after ','");
  }
  return ({ metadata }) => tests.every((test) => test(metadata.labels ?? {}));
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const token = SPECIAL.exec(rest)?.[0] ?? WORD.exec(rest)?.[0] ?? rest;
    tokens.push(token);
    rest = rest.slice(token.length).trimStart();
  }
  return tokens;
}

/** The next token; '' at the end. */
function peek({ list, at }: Tokens): string {
  return list[at] ?? '';
}

function take(tokens: Tokens): string {
  const token = peek(tokens);
  tokens.at += 1;
  return token;
}

function isWord(token: string): boolean {
  return token !== '' && !SPECIAL.test(token);
}

function fault(found: string, expected: string): Refusal {
  return badRequest(`found '${found}', expected: ${expected}`);
}

function readRequirement(tokens: Tokens): LabelTest | Refusal {
  const not = peek(tokens) === '!';
  if (not) take(tokens);
  const key = take(tokens);
  if (!isWord(key)) return fault(key, 'identifier');
  const [wrong] = qualifiedNameProblems(key, 'a valid label key');
  if (wrong !== undefined) return badRequest(`<nil>: Invalid value: ${JSON.stringify(key)}: ${wrong}`);
  if (not) return (labels) => !Object.hasOwn(labels, key);
  if (peek(tokens) === '' || peek(tokens) === ',') return (labels) => Object.hasOwn(labels, key);
  const operator = take(tokens);
  if (!OPERATORS.includes(operator)) return fault(operator, 'in, notin, =, ==, !=, gt, lt');
  const values = operator === 'in' || operator === 'notin' ? readSet(tokens) : readValue(tokens);
  if (isRefusal(values)) return values;
  return valueRefusal(key, values) ?? testOf(key, operator, values);
}

function readValue(tokens: Tokens): readonly string[] | Refusal {
  if (peek(tokens) === '' || peek(tokens) === ',') return [''];
  const value = take(tokens);
  return isWord(value) ? [value] : fault(value, 'identifier');
}

function readSet(tokens: Tokens): readonly string[] | Refusal {
  const open = take(tokens);
  if (open !== '(') return badRequest(`found '${open}' expected: '('`);
  const values: string[] = [];
  while (isWord(peek(tokens)) || peek(tokens) === ',') {
    values.push(isWord(peek(tokens)) ? take(tokens) : '');
    if (peek(tokens) === ',') take(tokens);
  }
  const close = take(tokens);
  return close === ')' ? values : badRequest(`found '${close}', expected: ${values.length > 0 ? "',' or ')'" : "')'"}`);
}

function valueRefusal(key: string, values: readonly string[]): Refusal | undefined {
  for (const [index, value] of values.entries()) {
    const wrong = labelValueProblem(value);
    if (wrong !== undefined) {
      return badRequest(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${wrong}`);
    }
  }
  return undefined;
}

function testOf(key: string, operator: string, values: readonly string[]): LabelTest {
  const [value = ''] = values;
  if (operator === '>') return (labels) => Number(labels[key]) > Number(value);
  if (operator === '<') return (labels) => Number(labels[key]) < Number(value);
  const has: LabelTest = (labels) => Object.hasOwn(labels, key) && values.includes(labels[key] ?? '');
  return operator === 'notin' || operator === '!=' ? (labels) => !has(labels) : has;
}
