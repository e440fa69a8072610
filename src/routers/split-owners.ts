import type { ManagedRoute } from '../api/managed-routes.ts';
import { SPLIT_BY } from '../api/names.ts';
import type { ManagedNote } from './managed-rules.ts';
import type { GatewayRoute } from './route-shape.ts';
import type { RouteOperation, SplitWriter } from './router.ts';

/** A Rollout whose weights and rules stand in a route, and how to know the rules again. */
export type SplitOwner = SplitWriter &
  Partial<ManagedNote> &
  Readonly<{
    /** The Services of experiments that are backends by us. */
    additional?: readonly string[];
  }>;

/** A route, as far as its owners are read. */
export type OwnedRoute = Pick<GatewayRoute, 'metadata'>;

const PATH = `/metadata/annotations/${SPLIT_BY.replaceAll('/', '~1')}`;

/** The Rollouts whose weights stand in a route; what somebody else wrote there, and cannot be read, is none. */
export function readSplitOwners({ metadata }: OwnedRoute): readonly SplitOwner[] {
  try {
    const parsed: unknown = JSON.parse(metadata.annotations?.[SPLIT_BY] ?? '[]');
    return Array.isArray(parsed) ? parsed.filter(isOwner) : [];
  } catch {
    return [];
  }
}

function isOwner(value: unknown): value is SplitOwner {
  if (typeof value !== 'object' || value === null) return false;
  const { group, rollout, uid, canary, stable, managed, digests, additional } = value as Readonly<
    Record<string, unknown>
  >;
  if (group !== 'sluice.dev' && group !== 'argoproj.io') return false;
  if (managed !== undefined && !(Array.isArray(managed) && managed.every(isManagedRoute))) return false;
  if ([digests, additional].some((list) => list !== undefined && !(Array.isArray(list) && list.every(isText)))) {
    return false;
  }
  return typeof rollout === 'string' && /^[^/]+\/[^/]+$/.test(rollout) && [uid, canary, stable].every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isManagedRoute(value: unknown): value is ManagedRoute {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, name, headers, matches, percentage } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string') return false;
  if (kind === 'Header') return isHeaders(headers);
  return kind === 'Mirror' && typeof percentage === 'number' && Array.isArray(matches) && matches.every(isMatch);
}

function isMatch(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { headers, path, method } = value as Readonly<Record<string, unknown>>;
  return isHeaders(headers) && [path, method].every((match) => match === undefined || isTextMatch(match));
}

function isHeaders(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((one: unknown) => {
      if (typeof one !== 'object' || one === null) return false;
      const { name, value: wanted } = one as Readonly<Record<string, unknown>>;
      return isText(name) && isTextMatch(wanted);
    })
  );
}

function isTextMatch(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, value: wanted } = value as Readonly<Record<string, unknown>>;
  return ['Exact', 'Prefix', 'Regex'].includes(String(kind)) && isText(wanted);
}

/** What is noted of one Rollout, by its key and UID. */
export function noteOf(route: OwnedRoute, { rollout, uid }: SplitWriter): SplitOwner | undefined {
  return readSplitOwners(route).find((one) => one.rollout === rollout && one.uid === uid);
}

/** The operations that make a route name these owners, and nobody else; none when it does. */
function renderNotes(route: OwnedRoute, owners: readonly SplitOwner[]): readonly RouteOperation[] {
  const { annotations } = route.metadata;
  const present = annotations?.[SPLIT_BY];
  if (owners.length === 0) return present === undefined ? [] : [{ op: 'remove', path: PATH }];
  const value = JSON.stringify(owners);
  if (present === value) return [];
  if (annotations === undefined) return [{ op: 'add', path: '/metadata/annotations', value: { [SPLIT_BY]: value } }];
  return [{ op: 'add', path: PATH, value }];
}

/** The operations that note a Rollout on a route beside those that are noted there; none when it is noted as it is. */
export function renderSplitOwner(route: OwnedRoute, owner: SplitOwner): readonly RouteOperation[] {
  const { group, rollout, uid, canary, stable, managed = [], digests = [], additional = [] } = owner;
  const others = readSplitOwners(route).filter((one) => one.rollout !== rollout || one.group !== group);
  const rules = managed.length === 0 && digests.length === 0 ? {} : { managed, digests };
  const trials = additional.length === 0 ? {} : { additional };
  return renderNotes(route, [...others, { group, rollout, uid, canary, stable, ...rules, ...trials }]);
}

/** The operations that take the notes of Rollouts off a route. */
export function renderNotesWithout(route: OwnedRoute, gone: readonly SplitWriter[]): readonly RouteOperation[] {
  const owners = readSplitOwners(route);
  return renderNotes(
    route,
    owners.filter((one) => !gone.some(({ rollout, uid }) => uid === one.uid && rollout === one.rollout)),
  );
}
