import type { KubeObject } from '../kube/resource.ts';
import { applyObject } from './apply.ts';
import type { Core, WriteOptions } from './core.ts';
import type { Kind, Part } from './kind.ts';
import { patchJson } from './patch-json.ts';
import { patchMerge } from './patch-merge.ts';
import { patchStrategic } from './patch-strategic.ts';
import type { Refusal } from './refusal.ts';
import { badRequest, isRefusal, refuse } from './refusal.ts';
import type { EmulatorRequest, EmulatorResponse, Query } from './request.ts';
import { isMap } from './schema.ts';
import type { Target } from './update.ts';
import { updateObject } from './update.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';
const PATCHES = [JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY];

/** Patches an object or its status as the media type of the body says. */
export function patchObject(
  core: Core,
  target: Target,
  part: Part,
  request: EmulatorRequest,
  query: Query,
  options: WriteOptions,
): EmulatorResponse | Refusal {
  if (!PATCHES.includes(mediaType(request)) || (mediaType(request) === STRATEGIC_PATCH && !target.kind.builtIn)) {
    return unservedPatch(target.kind);
  }
  if (mediaType(request) === APPLY) return applyObject(core, target, part, request, query, options);
  const make = (current: KubeObject): unknown => patchedBody(target.kind, current, request);
  const subresource = part === 'status' ? 'status' : '';
  const changed = updateObject(core, target, { part, subresource, replaces: false, make }, options);
  return isRefusal(changed) ? changed : { status: 200, body: changed };
}

/** What a patch makes of a document; 415 for a kind of patch that is not served. */
export function patchedBody(kind: Kind, current: KubeObject, request: EmulatorRequest): unknown {
  const { body } = request;
  switch (mediaType(request)) {
    case JSON_PATCH:
      return patchJson(current, body);
    case MERGE_PATCH:
      return isMap(body) ? patchMerge(current, body) : badRequest(undecodable(body));
    case STRATEGIC_PATCH:
      if (!kind.builtIn) return unservedPatch(kind);
      return isMap(body) ? patchStrategic(kind.schema, current, body) : badRequest(undecodable(body));
    default:
      return unservedPatch(kind);
  }
}

function unservedPatch(kind: Kind): Refusal {
  return kind.builtIn ? refuse(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}) : unsupportedMedia();
}

function undecodable(body: unknown): string {
  const what = Array.isArray(body) ? 'array' : typeof body;
  return `error decoding patch: json: cannot unmarshal ${what} into Go value of type map[string]interface {}`;
}

function unsupportedMedia(): Refusal {
  const known = [JSON_PATCH, MERGE_PATCH, APPLY].join(', ');
  const message = `the body of the request was in an unknown format - accepted media types include: ${known}`;
  return refuse(415, 'UnsupportedMediaType', message);
}

function mediaType(request: EmulatorRequest): string {
  return (request.contentType ?? '').split(';', 1)[0]?.trim() ?? '';
}
