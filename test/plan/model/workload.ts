import { SCALED_DOWN_BY } from '../../../src/api/names.ts';
import type { Action } from '../../../src/plan/action.ts';
import type { ObservedDeployment, ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';

type Of<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

/** The Rollout with the annotations and finalizers of an action, unless somebody wrote it since. */
export function rolloutChanged(observed: ObservedRollout, action: Of<'ChangeRollout'>): ObservedRollout {
  const { metadata } = observed.rollout;
  if (metadata.resourceVersion !== action.target.resourceVersion) return observed;
  const annotations: Record<string, string> = { ...metadata.annotations };
  for (const [key, value] of Object.entries(action.annotations ?? {})) {
    if (value === null) delete annotations[key];
    else annotations[key] = value;
  }
  const finalizers = action.finalizers ?? metadata.finalizers ?? [];
  const resourceVersion = String(Number(metadata.resourceVersion) + 1);
  return {
    ...observed,
    rollout: { ...observed.rollout, metadata: { ...metadata, annotations, finalizers, resourceVersion } },
  };
}

/** The Deployment with the size and marks of an action, unless somebody resized it since. */
export function deploymentScaled(observed: ObservedRollout, action: Of<'ScaleDeployment'>): ObservedRollout {
  const { workload } = observed;
  const referenced = workload?.kind === 'Found' ? workload.deployment : undefined;
  const known = [...(observed.scaledDown ?? []), ...(referenced === undefined ? [] : [referenced])];
  const seen = known.find(({ uid }) => uid === action.uid);
  if (seen?.specReplicas !== action.seenReplicas) return observed;
  const annotations: Record<string, string> = { ...seen.annotations };
  for (const [key, value] of Object.entries(action.annotations)) {
    if (value === null) delete annotations[key];
    else annotations[key] = value;
  }
  return withDeployment(observed, {
    ...seen,
    specReplicas: action.replicas,
    available: Math.min(seen.available, action.replicas),
    annotations,
  });
}

/** The observation with this Deployment in place of the one of its UID, listed where its marks say so. */
export function withDeployment(observed: ObservedRollout, deployment: ObservedDeployment): ObservedRollout {
  const others = (observed.scaledDown ?? []).filter(({ uid }) => uid !== deployment.uid);
  const marked = deployment.annotations[SCALED_DOWN_BY] === observed.rollout.metadata.name;
  const { workload } = observed;
  const same = workload?.kind === 'Found' && workload.deployment?.uid === deployment.uid;
  return {
    ...observed,
    ...(same ? { workload: { ...workload, deployment } } : {}),
    scaledDown: marked ? [...others, deployment] : others,
  };
}

/** Deployments have the pods that they ask for. */
export function deploymentsFollow(observed: ObservedRollout): Pick<ObservedRollout, 'workload' | 'scaledDown'> {
  const { workload, scaledDown } = observed;
  const follow = (one: ObservedDeployment): ObservedDeployment => ({ ...one, available: one.specReplicas });
  const deployment =
    workload?.kind === 'Found' && workload.deployment !== undefined ? follow(workload.deployment) : undefined;
  return {
    ...(workload?.kind === 'Found' && deployment !== undefined ? { workload: { ...workload, deployment } } : {}),
    ...(scaledDown === undefined ? {} : { scaledDown: scaledDown.map(follow) }),
  };
}
