import { isBuiltInType } from './built-in-types.ts';
import type { Kind } from './kind.ts';
import { versionOf } from './kind.ts';
import type { Refusal } from './refusal.ts';
import { metadataOf } from './metadata.ts';
import { badRequest, invalid, invalidValue } from './refusal.ts';
import { isMap } from './schema.ts';
import type { JsonMap } from './schema.ts';

/** What is told of a body that cannot be read as its kind. */
export function conversionFault({ resource }: Kind, why: string): string {
  return `${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: ${why}`;
}

/** A body as an object of this kind: apiVersion and kind, where they are given, must be its own. */
export function readBody(kind: Kind, body: unknown): JsonMap | Refusal {
  if (!isMap(body)) return badRequest(unreadable(kind, body));
  const {
    apiVersion = kind.builtIn ? versionOf(kind) : undefined,
    kind: named = kind.builtIn ? kind.resource.kind : undefined,
  } = body;
  const { resource } = kind;
  if (apiVersion === versionOf(kind) && named === resource.kind) return body;
  if (!kind.builtIn) return wrongCustomKind(kind, body);
  const version = String(apiVersion).split('/').at(-1) ?? '';
  const given = String(named);
  const known = isBuiltInType(given);
  const why =
    apiVersion === versionOf(kind) && known
      ? `converting (${version}.${given}) to (${internalPackage(resource.group)}.${resource.kind}): unknown conversion`
      : `no kind ${JSON.stringify(given)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
  return badRequest(`${given} in version ${JSON.stringify(version)} cannot be handled as a ${resource.kind}: ${why}`);
}

function internalPackage(group: string): string {
  return group === '' ? 'core' : (group.split('.')[0] ?? group);
}

function wrongCustomKind(kind: Kind, body: JsonMap): Refusal {
  const { resource } = kind;
  const { apiVersion, kind: named } = body;
  if (typeof named !== 'string' || named === '') {
    const text = JSON.stringify(body);
    return badRequest(
      `the object provided is unrecognized (must be of type ${resource.kind}): Object 'Kind' is missing in '${text}' (${text})`,
    );
  }
  if (apiVersion !== versionOf(kind)) {
    const given = typeof apiVersion === 'string' ? apiVersion : '';
    return badRequest(
      `the API version in the data (${given}) does not match the expected API version (${versionOf(kind)})`,
    );
  }
  const name = metadataOf(body).name ?? '';
  return invalid({ ...resource, kind: named }, name, [invalidValue('kind', named, `must be ${resource.kind}`)]);
}

/** Where Go reads which kind it is; of a body that is no object it says so in full, and shows the body in hexadecimal. */
const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function unreadable({ resource }: Kind, body: unknown): string {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
  if (Array.isArray(body)) {
    const bytes = Buffer.from(text).toString('hex');
    return `the object provided is unrecognized (must be of type ${resource.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type ${TYPE_META} (${bytes})`;
  }
  return `the object provided is unrecognized (must be of type ${resource.kind}): couldn't get version/kind; json parse error: unexpected end of JSON input (${text})`;
}
