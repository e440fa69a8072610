import type { Matcher } from './label-selector.ts';
import type { Refusal } from './refusal.ts';
import { badRequest } from './refusal.ts';
import type { JsonMap } from './schema.ts';
import { isMap } from './schema.ts';

/** Reads a field selector (`metadata.name=x,status.phase!=Running`) over the fields that a kind supports; else 400, whose text tells kinds with fields of their own (`hasLabels`). */
export function parseFieldSelector(text: string, fields: readonly string[], hasLabels: boolean): Matcher | Refusal {
  const tests: Matcher[] = [];
  for (const part of text.split(',').filter((one) => one !== '')) {
    const [, field = '', operator, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part.trim()) ?? [];
    if (operator === undefined) return badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    const known = ['metadata.name', 'metadata.namespace', ...fields];
    if (!known.includes(field)) {
      return badRequest(
        hasLabels
          ? `field label not supported: ${field}`
          : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
      );
    }
    const path = field.split('.');
    const equal = operator !== '!=';
    tests.push((object) => (textAt(object, path) === value) === equal);
  }
  return (object) => tests.every((test) => test(object));
}

function textAt(object: unknown, path: readonly string[]): string {
  let at: unknown = object;
  for (const key of path) at = isMap(at) ? at[key] : undefined;
  if (typeof at === 'string') return at;
  return at === undefined || at === null ? '' : JSON.stringify(at);
}

/** Whether labels match a LabelSelector object; an empty one matches everything, an absent one nothing. */
export function matchesSelector(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!isMap(selector)) return false;
  const { matchLabels, matchExpressions } = selector as {
    matchLabels?: JsonMap;
    matchExpressions?: readonly JsonMap[];
  };
  const equal = Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (matchExpressions ?? []).every((expression) => matchesExpression(expression, labels));
}

function matchesExpression(expression: JsonMap, labels: Readonly<Record<string, string>>): boolean {
  const { key, operator, values } = expression as { key?: string; operator?: string; values?: readonly string[] };
  const value = labels[key ?? ''];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (operator === 'NotIn') return value === undefined || !(values ?? []).includes(value);
  return value !== undefined && (values ?? []).includes(value);
}

/** The text form of a LabelSelector object, as a Scale's status.selector gives it. */
export function selectorText(selector: unknown): string {
  if (!isMap(selector)) return '';
  const { matchLabels, matchExpressions } = selector as {
    matchLabels?: JsonMap;
    matchExpressions?: readonly JsonMap[];
  };
  const equal = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  const rest = (matchExpressions ?? []).map((expression) => {
    const { key, operator, values } = expression as { key: string; operator: string; values?: readonly string[] };
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...(values ?? [])].sort().join(',')})`;
  });
  return [...equal, ...rest].sort().join(',');
}
