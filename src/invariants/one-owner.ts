import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';

/** S13: a Service that another Rollout has marked as its own is not written. */
export function foreignServices(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  const broken: Breach[] = [];
  for (const action of actions) {
    if (action.kind !== 'PointService' && action.kind !== 'ReleaseService') continue;
    const owner = [...observed.services, ...observed.leftServices].find(
      ({ name }) => name === action.target.name,
    )?.managedBy;
    if (owner !== undefined && owner !== '' && owner !== observed.rollout.metadata.name) {
      broken.push({ rule: 'S13', message: `Service ${action.target.name} belongs to Rollout ${owner}`, action });
    }
  }
  return broken;
}
