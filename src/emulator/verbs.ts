import type { KubeObject } from '../kube/resource.ts';
import type { Core, WriteOptions } from './core.ts';
import { createObject } from './create.ts';
import { deleteObject, readDeleteOptions } from './delete.ts';
import { evictPod } from './eviction.ts';
import { versionOf } from './kind.ts';
import { patchedBody, patchObject } from './patch.ts';
import { matcherOf, readList, readOne } from './read.ts';
import type { Refusal } from './refusal.ts';
import { forbiddenField, invalid, isRefusal, methodNotAllowed, noSuchPath, unsupported } from './refusal.ts';
import type { EmulatorRequest, EmulatorResponse, Query, Route } from './request.ts';
import { formRefusal } from './media-types.ts';
import { scaled, scaleOf } from './scale.ts';
import type { Change, Target } from './update.ts';
import { updateObject } from './update.ts';

/** Carries a request for a resource out. */
export function runVerb(core: Core, route: Route, request: EmulatorRequest, query: Query): EmulatorResponse | Refusal {
  const { kind, namespace, name, subresource } = route;
  const unfit = formRefusal(request);
  if (unfit !== undefined) return unfit;
  const warnings: string[] = [];
  const options = writeOptions(request, query, (text) => warnings.push(text));
  if (request.method !== 'GET' && isRefusal(options)) return options;
  const write = isRefusal(options) ? undefined : options;
  const told = (answer: EmulatorResponse | Refusal): EmulatorResponse | Refusal =>
    isRefusal(answer) || warnings.length === 0 ? answer : { ...answer, warnings };
  if (name === undefined) return told(onCollection(core, route, request, query, write));
  if (kind.resource.namespaced && namespace === undefined) return noSuchPath();
  const target: Target = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
  if (subresource !== undefined) return told(onSubresource(core, target, subresource, request, query, write));
  return told(onObject(core, target, request, query, write));
}

function onCollection(
  core: Core,
  { kind, namespace }: Route,
  request: EmulatorRequest,
  query: Query,
  write: WriteOptions | undefined,
): EmulatorResponse | Refusal {
  switch (request.method) {
    case 'GET': {
      const page = readList(core, kind, namespace, query);
      if (isRefusal(page)) return page;
      // A list of a built-in kind says once what its items are.
      const items = kind.builtIn ? page.items.map(untyped) : page.items;
      const metadata = {
        resourceVersion: String(page.version),
        ...(page.continue === undefined && kind.builtIn ? {} : { continue: page.continue ?? '' }),
        ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
      };
      return ok({ kind: `${kind.resource.kind}List`, apiVersion: versionOf(kind), metadata, items });
    }
    case 'POST': {
      if (write === undefined) return methodNotAllowed();
      const made = createObject(core, kind, namespace, request.body, write);
      return isRefusal(made) ? made : ok(made, 201);
    }
    case 'DELETE':
      return deleteCollection(core, { kind, ...(namespace === undefined ? {} : { namespace }) }, request, query);
    case 'PUT':
    case 'PATCH':
      return methodNotAllowed();
    default:
      return request.method satisfies never;
  }
}

function untyped(object: KubeObject): unknown {
  const { apiVersion: _version, kind: _kind, ...rest } = object;
  return rest;
}

function deleteCollection(
  core: Core,
  { kind, namespace }: Route,
  request: EmulatorRequest,
  query: Query,
): EmulatorResponse | Refusal {
  const options = readDeleteOptions(request.body, query);
  if (isRefusal(options)) return options;
  const matcher = matcherOf(kind, query);
  if (isRefusal(matcher)) return matcher;
  const doomed = core.state.list(kind.table, namespace).filter((object) => matcher === undefined || matcher(object));
  const items: KubeObject[] = [];
  for (const { metadata } of doomed) {
    const { name } = metadata;
    const target = { kind, name, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) };
    const outcome = deleteObject(core, target, options);
    if (isRefusal(outcome)) continue;
    // What is gone at once is listed as it was, with the version that it had.
    const asItWas = outcome.gone && kind.table !== '/pods';
    items.push(asItWas ? { ...outcome.object, metadata } : outcome.object);
  }
  const metadata = { resourceVersion: String(core.state.version) };
  return ok({
    kind: `${kind.resource.kind}List`,
    apiVersion: versionOf(kind),
    metadata,
    items: kind.builtIn ? items.map(untyped) : items,
  });
}

function onObject(
  core: Core,
  target: Target,
  request: EmulatorRequest,
  query: Query,
  write: WriteOptions | undefined,
): EmulatorResponse | Refusal {
  const { kind, name } = target;
  switch (request.method) {
    case 'GET':
      return answer(readOne(core, target, query));
    case 'PUT':
      return write === undefined
        ? methodNotAllowed()
        : answer(updateObject(core, target, replaceBy(request.body, 'main'), write));
    case 'PATCH':
      return write === undefined ? methodNotAllowed() : patchObject(core, target, 'main', request, query, write);
    case 'DELETE': {
      const options = readDeleteOptions(request.body, query);
      if (isRefusal(options)) return options;
      const outcome = deleteObject(core, target, options);
      if (isRefusal(outcome)) return outcome;
      if (!outcome.gone || kind.answersDeleted) return ok(outcome.object);
      const { group, plural } = kind.resource;
      const details = { name, ...(group === '' ? {} : { group }), kind: plural, uid: outcome.object.metadata.uid };
      return ok({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details });
    }
    case 'POST':
      return methodNotAllowed();
    default:
      return request.method satisfies never;
  }
}

function replaceBy(body: unknown, part: Change['part']): Change {
  return { part, subresource: part === 'status' ? 'status' : '', replaces: true, make: () => body };
}

function onSubresource(
  core: Core,
  target: Target,
  subresource: string,
  request: EmulatorRequest,
  query: Query,
  write: WriteOptions | undefined,
): EmulatorResponse | Refusal {
  const { kind } = target;
  if (subresource === 'status' && kind.hasStatus) {
    if (request.method === 'GET') return answer(readOne(core, target, query));
    if (write === undefined) return methodNotAllowed();
    if (request.method === 'PUT') return answer(updateObject(core, target, replaceBy(request.body, 'status'), write));
    return request.method === 'PATCH' ? patchObject(core, target, 'status', request, query, write) : methodNotAllowed();
  }
  if (subresource === 'scale' && kind.scale !== undefined) return onScale(core, target, request, query, write);
  if (subresource === 'eviction' && kind.table === '/pods' && request.method === 'POST') {
    return evictPod(core, target, request.body, query['dryRun'] === 'All');
  }
  if (subresource === 'finalize' && kind.table === '/namespaces' && request.method === 'PUT' && write !== undefined) {
    return answer(updateObject(core, target, replaceBy(request.body, 'main'), write));
  }
  return noSuchPath();
}

function onScale(
  core: Core,
  target: Target,
  request: EmulatorRequest,
  query: Query,
  write: WriteOptions | undefined,
): EmulatorResponse | Refusal {
  const { kind } = target;
  const { scale } = kind;
  if (scale === undefined) return noSuchPath();
  const show = (object: KubeObject | Refusal): EmulatorResponse | Refusal =>
    isRefusal(object) ? object : ok(scaleOf(scale, object));
  if (request.method === 'GET') return show(readOne(core, target, query));
  if (write === undefined || (request.method !== 'PUT' && request.method !== 'PATCH')) return methodNotAllowed();
  const make = (current: KubeObject): unknown => {
    if (request.method === 'PUT') return scaled(scale, kind.builtIn, current, request.body);
    const changed = patchedBody(kind, scaleOf(scale, current), request);
    return isRefusal(changed) ? changed : scaled(scale, kind.builtIn, current, changed);
  };
  return show(updateObject(core, target, { part: 'main', subresource: 'scale', replaces: true, make }, write));
}

function ok(body: unknown, status = 200): EmulatorResponse {
  return { status, body };
}

function answer(object: KubeObject | Refusal): EmulatorResponse | Refusal {
  return isRefusal(object) ? object : ok(object);
}

/** Options of a write from its query and user agent. */
function writeOptions(request: EmulatorRequest, query: Query, warn: (text: string) => void): WriteOptions | Refusal {
  const { dryRun, fieldManager, fieldValidation = 'Warn' } = query;
  const kindOf: Readonly<Record<string, string>> = {
    POST: 'CreateOptions',
    PUT: 'UpdateOptions',
    PATCH: 'PatchOptions',
  };
  const options = {
    group: 'meta.k8s.io',
    version: 'v1',
    plural: '',
    namespaced: false,
    kind: kindOf[request.method] ?? 'DeleteOptions',
  };
  if (dryRun !== undefined && dryRun !== 'All') return invalid(options, '', [unsupported('dryRun', [dryRun], ['All'])]);
  if (fieldValidation !== 'Ignore' && fieldValidation !== 'Warn' && fieldValidation !== 'Strict') {
    return invalid(options, '', [unsupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn'])]);
  }
  const isApply = (request.contentType ?? '').startsWith('application/apply-patch+');
  if (request.method === 'PATCH' && query['force'] !== undefined && !isApply) {
    return invalid(options, '', [forbiddenField('force', 'may not be specified for non-apply patch')]);
  }
  const named = fieldManager ?? (request.userAgent ?? 'unknown').split('/')[0] ?? 'unknown';
  return { dryRun: dryRun === 'All', fieldManager: named.slice(0, 128), fieldValidation, warn };
}
