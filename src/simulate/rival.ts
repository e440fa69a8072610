import { ownKinds } from '../controllers/world.ts';
import type { ClusterView } from '../emulator/step.ts';
import type { Rollout } from '../api/rollout.ts';
import type { KubeObject } from '../kube/resource.ts';
import { PLACE } from './manifests.ts';

const { namespace, name } = PLACE;
/** Its name, and what the names of its ReplicaSets begin with. */
const RIVAL = `${name}-rival`;

type Manifest = KubeObject & Readonly<{ spec: Readonly<Record<string, unknown>> }>;

/**
 * F76: a Rollout of another name that is otherwise what the world's own one is at this moment, and so names the same
 * Services and the same route; undefined while there is no own one, or a rival is there already.
 */
export function rivalRollout(view: ClusterView): KubeObject | undefined {
  const { rollouts } = ownKinds('sluice.dev');
  const own = view.get(rollouts, namespace, name) as Manifest | undefined;
  if (own === undefined || view.get(rollouts, namespace, RIVAL) !== undefined) return undefined;
  const { apiVersion = '', kind = '', spec } = own;
  const made = { apiVersion, kind, metadata: { name: RIVAL, namespace }, spec: { ...spec, replicas: 1 } };
  return made;
}

/** True for what belongs to a rival, by its name. */
export function isRivals({ metadata }: KubeObject): boolean {
  return metadata.name === RIVAL || metadata.name.startsWith(`${RIVAL}-`);
}

/** The rivals that there are. */
export function rivalsOf(view: ClusterView): readonly Rollout[] {
  const found = view.get(ownKinds('sluice.dev').rollouts, namespace, RIVAL) as Rollout | undefined;
  return found === undefined ? [] : [found];
}
