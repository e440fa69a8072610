import type { KubeObject } from '../../kube/resource.ts';
import type { FieldProblem } from '../refusal.ts';
import { forbiddenField, invalidValue } from '../refusal.ts';
import type { JsonMap } from '../schema.ts';
import { isMap, sameValue } from '../schema.ts';

const LARGEST = 1024 * 1024;
const KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** What is wrong with a ConfigMap or Secret: its keys, its size, a change of one that calls itself immutable. */
export function mapProblems(object: KubeObject, before: KubeObject | undefined): readonly FieldProblem[] {
  const { data, binaryData } = object as KubeObject & JsonMap;
  const texts = isMap(data) ? data : {};
  const bytes = isMap(binaryData) ? binaryData : {};
  const isSecret = object.kind === 'Secret';
  const sizes = [
    ...Object.values(texts).map((value) => sizeOf(value, isSecret)),
    ...Object.values(bytes).map((value) => sizeOf(value, true)),
  ];
  const size = sizes.reduce((sum, one) => sum + one, 0);
  const message = `Too long: may not be more than ${LARGEST} bytes`;
  return [
    ...immutableProblems(object, before),
    ...Object.keys(texts).flatMap((key) => keyProblems(key, `data[${key}]`)),
    ...Object.keys(texts)
      .filter((key) => Object.hasOwn(bytes, key))
      .map((key) => invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...Object.keys(bytes).flatMap((key) => keyProblems(key, `binaryData[${key}]`)),
    ...(size > LARGEST ? [{ field: isSecret ? 'data' : '[]', reason: 'FieldValueTooLong', message }] : []),
  ];
}

function sizeOf(value: unknown, isBase64: boolean): number {
  return Buffer.byteLength(typeof value === 'string' ? value : '', isBase64 ? 'base64' : 'utf8');
}

function keyProblems(key: string, path: string): readonly FieldProblem[] {
  if (key.length > 253) return [invalidValue(path, key, 'must be no more than 253 bytes')];
  if (key === '.') return [invalidValue(path, key, "must not be '.'")];
  if (key === '..') return [invalidValue(path, key, "must not be '..'")];
  return /^[-._a-zA-Z0-9]+$/.test(key) ? [] : [invalidValue(path, key, KEY_TEXT)];
}

function immutableProblems(object: KubeObject, before: KubeObject | undefined): readonly FieldProblem[] {
  const old = before as (KubeObject & JsonMap) | undefined;
  if (old?.['immutable'] !== true) return [];
  const now = object as KubeObject & JsonMap;
  const when = 'field is immutable when `immutable` is set';
  const changed = ['data', 'binaryData'].filter((key) => !sameValue(now[key], old[key]));
  return [
    ...(now['immutable'] === true ? [] : [forbiddenField('immutable', when)]),
    ...changed.map((key) => forbiddenField(key, when)),
  ];
}
