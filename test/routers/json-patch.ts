import type { RouteOperation } from '../../src/routers/router.ts';

type Node = Record<string, unknown> | unknown[];

/** Applies the operations of RFC 6902 that we use, to a copy; throws when a path does not lead anywhere. */
export function applyJsonPatch<T>(document: T, operations: readonly RouteOperation[]): T {
  const copy = structuredClone(document);
  for (const operation of operations) {
    const keys = operation.path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop() ?? '';
    let node = copy as Node;
    for (const key of keys) {
      const next: unknown = Reflect.get(node, key);
      if (typeof next !== 'object' || next === null) throw new Error(`no such path: ${operation.path}`);
      node = next as Node;
    }
    const exists = Reflect.has(node, last);
    if (operation.op === 'test') throw new Error('routes are guarded by their version, not by tests');
    if (operation.op !== 'add' && !exists) throw new Error(`no such path: ${operation.path}`);
    if (Array.isArray(node) && operation.op === 'remove') node.splice(Number(last), 1);
    else if (Array.isArray(node) && operation.op === 'add')
      node.splice(last === '-' ? node.length : Number(last), 0, operation.value);
    else if (operation.op === 'remove') Reflect.deleteProperty(node, last);
    else Reflect.set(node, last, operation.value);
  }
  return copy;
}
