import type { BuiltInSchema } from './type-notation.ts';
import { parseTypes } from './type-notation.ts';
import { CORE_TYPES } from './types/core.ts';
import { META_TYPES } from './types/meta.ts';
import { OTHERS_TYPES } from './types/others.ts';
import { PODS_TYPES } from './types/pods.ts';
import { VOLUMES_TYPES } from './types/volumes.ts';
import { WORKLOADS_TYPES } from './types/workloads.ts';

const types = parseTypes(META_TYPES, VOLUMES_TYPES, PODS_TYPES, CORE_TYPES, WORKLOADS_TYPES, OTHERS_TYPES);

/** The built-in type of that name (the Go struct's); throws when the emulator does not know it. */
export function builtInType(name: string): BuiltInSchema {
  const found = types.get(name);
  if (found === undefined) throw new Error(`no built-in type ${name}`);
  return found;
}

/** True when a type of that name is known. */
export function isBuiltInType(name: string): boolean {
  return types.has(name);
}

/** metadata of every object. */
export const OBJECT_META: BuiltInSchema = builtInType('ObjectMeta');
