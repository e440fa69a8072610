import type { KubeObject } from '../kube/resource.ts';
import type { Core } from './core.ts';
import type { Kind } from './kind.ts';
import { shown } from './kind.ts';
import type { Refusal } from './refusal.ts';
import { badRequest, expired, forbiddenField, invalid, isRefusal, notFound, refuse } from './refusal.ts';
import type { Query } from './request.ts';
import type { Matcher } from './label-selector.ts';
import { parseLabelSelector } from './label-selector.ts';
import { parseFieldSelector } from './selectors.ts';
import { isMap } from './schema.ts';
import { sortKey } from './state.ts';
import type { Target } from './update.ts';

/** A page of a list. */
export type Page = Readonly<{ items: readonly KubeObject[]; version: number; continue?: string; remaining?: number }>;

const LIST_OPTIONS = { group: 'meta.k8s.io', version: 'v1', plural: '', kind: 'ListOptions', namespaced: false };

/** Reads one object. */
export function readOne(core: Core, { kind, namespace, name }: Target, query: Query): KubeObject | Refusal {
  const wanted = unreadableVersion(query) ?? versionWanted(core, query);
  if (isRefusal(wanted)) return wanted;
  const found = core.state.get(kind.table, namespace, name);
  return found === undefined ? notFound(kind.resource, name) : shown(kind, found);
}

/** What a list or watch is narrowed to; undefined when everything is asked for. */
export function matcherOf(kind: Kind, query: Query): Matcher | undefined | Refusal {
  const { labelSelector = '', fieldSelector = '' } = query;
  if (labelSelector === '' && fieldSelector === '') return undefined;
  const labels = parseLabelSelector(labelSelector);
  if (isRefusal(labels)) return labels;
  const fields = parseFieldSelector(
    fieldSelector,
    kind.selectableFields,
    !kind.builtIn || kind.selectableFields.length > 0,
  );
  if (isRefusal(fields)) return fields;
  if (fieldSelector === '') return labels;
  return labelSelector === '' ? fields : (object) => labels(object) && fields(object);
}

/**
 * Reads a page of a list. Without a version it is the newest; a version with a limit, or with the match rule Exact, is
 * that old state; else it is the newest, which is not older than any version that was given out.
 */
export function readList(core: Core, kind: Kind, namespace: string | undefined, query: Query): Page | Refusal {
  const matcher = matcherOf(kind, query);
  if (isRefusal(matcher)) return matcher;
  const ruled = ruleRefusal(query);
  if (ruled !== undefined) return ruled;
  const asked = query['limit'] === undefined ? 0 : Number(query['limit']);
  // The server's cache, which answers for version 0, knows no pages.
  const limit = query['resourceVersion'] === '0' ? 0 : asked;
  if (!Number.isInteger(asked))
    return badRequest(`strconv.ParseInt: parsing ${JSON.stringify(query['limit'])}: invalid syntax`);
  const start = startOf(core, query, limit);
  if (isRefusal(start)) return start;
  const all = core.state.listAt(kind.table, start.version, namespace);
  if (all === undefined) return start.after === undefined ? tooOld(start.version) : brokenToken(start.after);
  const { after } = start;
  const rest = after === undefined ? all : all.filter((object) => sortKey(object) > after);
  const matching = matcher === undefined ? rest : rest.filter(matcher);
  const items = limit > 0 && matching.length > limit ? matching.slice(0, limit) : matching;
  const view = kind.fromStored === undefined ? items : items.map((object) => shown(kind, object));
  const last = items.at(-1);
  if (items.length === matching.length || last === undefined) return { items: view, version: start.version };
  const remaining = matcher === undefined ? { remaining: matching.length - items.length } : {};
  return { items: view, version: start.version, continue: tokenFor(start.version, sortKey(last)), ...remaining };
}

function ruleRefusal(query: Query): Refusal | undefined {
  const { resourceVersion = '', resourceVersionMatch: match, continue: token = '' } = query;
  if (match === undefined || match === '') return undefined;
  const field = 'resourceVersionMatch';
  const isNotKnown = match !== 'Exact' && match !== 'NotOlderThan';
  const detail =
    resourceVersion === ''
      ? `${field} is forbidden unless resourceVersion is provided`
      : token !== ''
        ? `${field} is forbidden when continue is provided`
        : match === 'Exact' && resourceVersion === '0'
          ? `${field} "exact" is forbidden for resourceVersion "0"`
          : undefined;
  if (detail !== undefined) return invalid(LIST_OPTIONS, '', [forbiddenField(field, detail)]);
  if (!isNotKnown) return undefined;
  const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`;
  return invalid(LIST_OPTIONS, '', [{ field, reason: 'FieldValueNotSupported', message }]);
}

/** The version in a token that promises no consistency. */
const NEWEST = -1;

type Start = Readonly<{ version: number; after?: string }>;

function startOf(core: Core, query: Query, limit: number): Start | Refusal {
  const { continue: token = '', resourceVersionMatch: match = '', resourceVersion = '' } = query;
  if (token !== '') {
    if (resourceVersion !== '' && resourceVersion !== '0') {
      return badRequest('specifying resource version is not allowed when using continue');
    }
    const read = readToken(token);
    return isRefusal(read) || read.version !== NEWEST ? read : { ...read, version: core.state.version };
  }
  const wanted = versionWanted(core, query);
  if (isRefusal(wanted)) return wanted;
  const exact = match === 'Exact' || (match === '' && limit > 0 && wanted > 0);
  return { version: exact ? wanted : core.state.version };
}

/** 500: a version that is no number, where one object or a watch is asked for; a list answers 400. */
export function unreadableVersion({ resourceVersion = '' }: Query): Refusal | undefined {
  if (/^\d*$/.test(resourceVersion)) return undefined;
  const text = JSON.stringify(resourceVersion);
  const why = `strconv.ParseUint: parsing ${text}: invalid syntax`;
  return refuse(500, undefined, `resourceVersion: Invalid value: ${text}: ${why}`);
}

/** The version of a query, 0 when none is given; 400 when it is no number, 504 when it lies in the future. */
export function versionWanted(core: Core, query: Query): number | Refusal {
  const { resourceVersion = '' } = query;
  if (resourceVersion === '' || resourceVersion === '0') return 0;
  if (!/^\d+$/.test(resourceVersion)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`;
    return badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: ${why}`,
    );
  }
  const version = Number(resourceVersion);
  return version > core.state.version ? tooNew(core, version) : version;
}

/** 504: the version has not happened yet. */
export function tooNew(core: Core, version: number): Refusal {
  return refuse(504, 'Timeout', `Timeout: Too large resource version: ${version}, current: ${core.state.version}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

function tooOld(version: number): Refusal {
  return expired(
    `The provided resourceVersion ${version} is too old to be served`.replace(
      /^.*$/s,
      'The resourceVersion for the provided list is too old.',
    ),
  );
}

function tokenFor(version: number, last: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: `${last}\u0000` })).toString(
    'base64url',
  );
}

function readToken(token: string): Start | Refusal {
  const text = Buffer.from(token, 'base64url').toString();
  const parsed = parseToken(text);
  if (parsed !== undefined) return parsed;
  const letter = /[^\s]/.exec(text)?.[0] ?? '';
  return badRequest(
    `invalid continue token: continue key is not valid: invalid character '${letter}' looking for beginning of value`,
  );
}

function parseToken(text: string): Start | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isMap(value) || typeof value['rv'] !== 'number' || typeof value['start'] !== 'string') return undefined;
    return { version: value['rv'], after: value['start'].replace('\u0000', '') };
  } catch {
    return undefined;
  }
}

/** 410 with a token that goes on from there in the newest state, whatever happened in between. */
function brokenToken(after: string): Refusal {
  return expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    tokenFor(NEWEST, after),
  );
}
