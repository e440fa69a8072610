import type { KubeObject } from '../../kube/resource.ts';
import type { JsonMap } from '../schema.ts';
import { isMap } from '../schema.ts';
import { selectorText } from '../selectors.ts';
import type { Column } from '../kind.ts';
import { text } from './cells.ts';

/** The value at a path of keys. */
export function at(object: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), object);
}

/** The value at a path as text; '' when there is none. */
export function textAt(object: unknown, ...path: readonly string[]): string {
  const value = at(object, ...path);
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The number at a path; 0 when there is none. */
export function numberAt(object: unknown, ...path: readonly string[]): number {
  const value = at(object, ...path);
  return typeof value === 'number' ? value : 0;
}

/** The maps in the list at a path. */
export function mapsAt(object: unknown, ...path: readonly string[]): readonly JsonMap[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value.filter(isMap) : [];
}

/** `<none>` for an empty text. */
export function orNone(value: string): string {
  return value === '' ? '<none>' : value;
}

/** Names and images of the containers of a template, and the selector: what wide output adds to workloads. */
export function templateColumns(withSelector: boolean): readonly Column[] {
  const containers = (object: KubeObject): readonly JsonMap[] =>
    mapsAt(object, 'spec', 'template', 'spec', 'containers');
  const joined = (key: string) => (object: KubeObject) =>
    containers(object)
      .map((one) => textAt(one, key))
      .join(',');
  const selector = text('Selector', (object) => orNone(selectorText(at(object, 'spec', 'selector'))), 1);
  return [
    text('Containers', joined('name'), 1),
    text('Images', joined('image'), 1),
    ...(withSelector ? [selector] : []),
  ];
}
