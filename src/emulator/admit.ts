import type { KubeObject } from '../kube/resource.ts';
import { conversionFault, readBody } from './body.ts';
import type { Core, WriteOptions } from './core.ts';
import { surroundingsOf } from './core.ts';
import { readCustom } from './custom-object.ts';
import { decode } from './decode.ts';
import type { Kind, Part } from './kind.ts';
import { versionOf } from './kind.ts';
import type { FieldProblem, Refusal } from './refusal.ts';
import { badRequest, isRefusal } from './refusal.ts';
import { withMember } from './schema.ts';

/**
 * An object of a kind from what was sent: of the right kind, pruned, with defaults, in the stored form. `known` is the
 * state it was made from, in the form in which it is shown: what is shared with that needs no new look.
 */
export function readObject(kind: Kind, body: unknown, options: WriteOptions, known?: KubeObject): KubeObject | Refusal {
  const named = readBody(kind, body);
  if (isRefusal(named)) return named;
  const read = kind.builtIn ? decode(kind.schema, named, known) : readCustom(kind.schema, named, known);
  if (read.error !== undefined) return badRequest(conversionFault(kind, read.error));
  const unknown = read.unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (unknown.length > 0 && options.fieldValidation === 'Strict') {
    return badRequest(conversionFault(kind, `strict decoding error: ${unknown.join(', ')}`));
  }
  if (options.fieldValidation === 'Warn') for (const text of unknown) options.warn(text);
  let object = read.value as KubeObject;
  if (object.apiVersion !== versionOf(kind)) object = withMember(object, 'apiVersion', versionOf(kind));
  object = withMember(object, 'kind', kind.resource.kind);
  if (known !== undefined && object === known) return kind.toStored === undefined ? known : kind.toStored(known);
  return kind.toStored === undefined ? object : kind.toStored(object);
}

/** Fills in the defaults that the kind computes, of an object in stored form. */
export function completed(kind: Kind, object: KubeObject): KubeObject {
  return kind.complete === undefined ? object : kind.complete(object);
}

/** Adds what the server adds on its own account. */
export function prepared(core: Core, kind: Kind, object: KubeObject, before: KubeObject | undefined): KubeObject {
  return kind.prepare === undefined ? object : kind.prepare(object, before, surroundingsOf(core));
}

/** What the kind finds wrong with an object. */
export function kindProblems(
  core: Core,
  kind: Kind,
  object: KubeObject,
  before: KubeObject | undefined,
  part: Part,
): readonly FieldProblem[] {
  return kind.validate === undefined ? [] : kind.validate(object, before, part, surroundingsOf(core));
}
