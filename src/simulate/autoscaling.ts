import type { Utilisation } from '../emulator/steps/autoscalers.ts';
import type { KubeObject } from '../kube/resource.ts';
import { ownKinds } from '../controllers/world.ts';
import type { Rollout } from '../api/rollout.ts';
import { PLACE } from './manifests.ts';
import type { AutoscalerDraw } from './world-plan.ts';

const { namespace, name } = PLACE;
/** It aims at pods that are so busy, in per cent. */
const TARGET = 80;

/** F73: a HorizontalPodAutoscaler that sizes the Rollout. */
export function autoscalerOf({ least, most, window }: AutoscalerDraw): KubeObject {
  const made = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace },
    spec: {
      scaleTargetRef: { apiVersion: 'sluice.dev/v1alpha1', kind: 'Rollout', name },
      minReplicas: least,
      maxReplicas: most,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: TARGET } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: window } },
    },
  };
  return made;
}

/** How busy the Rollout's pods are, in per cent of what they are made for: all of the load, spread over those ready. */
export function busyPods({ perPod }: AutoscalerDraw, rate: () => number): Utilisation {
  return (_autoscaler, view) => {
    const rollout = view.get(ownKinds('sluice.dev').rollouts, namespace, name) as Rollout | undefined;
    const ready = rollout?.status?.readyReplicas ?? 0;
    return ready === 0 ? undefined : (100 * rate()) / (ready * perPod);
  };
}

/** F77: a budget that lets so many pods of the application go at once. */
export function budgetOf(maxUnavailable: number): KubeObject {
  const made = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace },
    spec: { maxUnavailable, selector: { matchLabels: { app: name } } },
  };
  return made;
}
