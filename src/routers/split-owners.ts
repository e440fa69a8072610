import { SPLIT_BY } from '../api/names.ts';
import type { HttpRoute } from './gateway-api.ts';
import { renderLabel, renderSplit } from './gateway-api.ts';
import type { RouteOperation, SplitServices } from './router.ts';

/** A Rollout whose weights stand in a route, and the Services that it splits between. */
export type SplitOwner = Readonly<{
  /** `namespace/name`. */
  rollout: string;
  uid: string;
}> &
  SplitServices;

/** A route, as far as its owners are read. */
export type OwnedRoute = Readonly<{ metadata: Readonly<{ annotations?: Readonly<Record<string, string>> }> }>;

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
  const { rollout, uid, canary, stable } = value as Readonly<Record<string, unknown>>;
  return typeof rollout === 'string' && /^[^/]+\/[^/]+$/.test(rollout) && [uid, canary, stable].every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** The operations that note a Rollout on a route beside those that are noted there; none when it is noted as it is. */
export function renderSplitOwner(route: OwnedRoute, owner: SplitOwner): readonly RouteOperation[] {
  const { annotations } = route.metadata;
  const { rollout, uid, canary, stable } = owner;
  const others = readSplitOwners(route).filter((one) => one.rollout !== rollout);
  const value = JSON.stringify([...others, { rollout, uid, canary, stable }]);
  if (annotations?.[SPLIT_BY] === value) return [];
  if (annotations === undefined) return [{ op: 'add', path: '/metadata/annotations', value: { [SPLIT_BY]: value } }];
  return [{ op: 'add', path: PATH, value }];
}

/**
 * The patch that takes Rollouts that are gone out of a route: their stable Service gets all that the pair had, the label
 * of an update under way goes, and our note of them. Guarded by the version seen; nothing else of the route is touched.
 */
export function renderWithoutOwners(
  route: HttpRoute & OwnedRoute,
  gone: readonly SplitOwner[],
): readonly RouteOperation[] {
  const left = readSplitOwners(route).filter((one) => !gone.some(({ uid }) => uid === one.uid));
  // The guard and the label stand once in the patch, not once a pair; the update of another owner keeps the label.
  const weights = gone.flatMap((owner) =>
    renderSplit(route, owner, { canary: 0, stable: 100, inProgress: false }).filter(({ path }) =>
      path.startsWith('/spec/'),
    ),
  );
  const label = left.length > 0 ? [] : renderLabel(route, false);
  const note: RouteOperation =
    left.length === 0 ? { op: 'remove', path: PATH } : { op: 'replace', path: PATH, value: JSON.stringify(left) };
  const version = { op: 'replace', path: '/metadata/resourceVersion', value: route.metadata.resourceVersion } as const;
  return [version, ...weights, ...label, note];
}
