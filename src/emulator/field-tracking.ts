import type { KubeObject } from '../kube/resource.ts';
import type { Core, WriteOptions } from './core.ts';
import type { Kind } from './kind.ts';

/** A new object with the fields that its creator owns. */
export function trackedCreate(_core: Core, _kind: Kind, object: KubeObject, _options: WriteOptions): KubeObject {
  return object;
}

/** A changed object with the fields that its writer owns now; `subresource` is '' for the object itself. */
export function trackedUpdate(
  _core: Core,
  _kind: Kind,
  object: KubeObject,
  _before: KubeObject,
  _options: WriteOptions & Readonly<{ subresource: string }>,
): KubeObject {
  return object;
}
