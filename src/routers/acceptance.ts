import type { GatewayRoute, ParentRef } from './route-shape.ts';
import type { Acceptance } from './router.ts';

function sameParent(a: ParentRef, b: ParentRef, namespace: string | undefined): boolean {
  return (
    a.name === b.name &&
    (a.namespace ?? namespace) === (b.namespace ?? namespace) &&
    (a.kind ?? 'Gateway') === (b.kind ?? 'Gateway') &&
    a.sectionName === b.sectionName &&
    a.port === b.port
  );
}

/**
 * Whether every parent of the route says Accepted and ResolvedRefs at the route's present generation. A parent that has
 * said nothing yet has not accepted it. Source: rulings 2, RouteParentStatus of the Gateway API.
 */
export function readAcceptance(route: GatewayRoute): Acceptance {
  const { generation, namespace } = route.metadata;
  const refs = route.spec?.parentRefs ?? [];
  const parents = route.status?.parents ?? [];
  if (refs.length === 0) return { accepted: false, problem: 'the route has no parentRefs; attach it to a Gateway' };
  const silent = refs.find((ref) => !parents.some(({ parentRef }) => sameParent(parentRef, ref, namespace)));
  if (silent !== undefined) return { accepted: false, problem: `parent ${silent.name} has not reported on it yet` };
  for (const { parentRef, conditions = [] } of parents) {
    if (!refs.some((ref) => sameParent(ref, parentRef, namespace))) continue;
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const condition = conditions.find((candidate) => candidate.type === type);
      if (condition === undefined || condition.observedGeneration !== generation) {
        return { accepted: false, problem: `parent ${parentRef.name} has not seen generation ${generation} yet` };
      }
      if (condition.status !== 'True') {
        const problem = `parent ${parentRef.name} says ${type} ${condition.status}: ${condition.message ?? ''}`;
        return { accepted: false, refused: true, problem };
      }
    }
  }
  return { accepted: true };
}
