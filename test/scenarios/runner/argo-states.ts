import type { ArgoLeft } from './argo-left.ts';
import { ARGO_HASHES, argoCondition, UNDER_WAY } from './argo-left.ts';
import { blueGreen, errorRate, pause, routedCanary, setWeight } from './objects.ts';

export const steps = [setWeight(20), pause(), setWeight(60)];
export const PAUSED = {
  currentStepIndex: 1,
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '$ago' }],
  phase: 'Paused',
  message: 'CanaryPauseStep',
  conditions: [
    ...UNDER_WAY,
    argoCondition('Progressing', 'Unknown', 'RolloutPaused', 'Rollout is paused'),
    argoCondition('Paused', 'True', 'RolloutPaused', 'Rollout is paused'),
  ],
};
export const split = (canaryWeight: number): object => ({
  canary: {
    weights: {
      canary: { weight: canaryWeight, serviceName: 'web-canary', podTemplateHash: ARGO_HASHES.v2 },
      stable: { weight: 100 - canaryWeight, serviceName: 'web-stable', podTemplateHash: ARGO_HASHES.v1 },
    },
  },
});
export const abortMessage =
  'Rollout aborted update to revision 2: Step-based analysis phase error/failed: Metric "error_rate" assessed Failed due to failed (1) > failureLimit (0)';
export const notPaused = argoCondition('Paused', 'False', 'RolloutPaused', 'Rollout is not paused');
const notProgressing = argoCondition('Progressing', 'False', 'RolloutAborted', abortMessage);
const progressed = argoCondition(
  'Progressing',
  'True',
  'NewReplicaSetAvailable',
  'ReplicaSet has successfully progressed.',
);
export const completed = [
  UNDER_WAY[0] ?? {},
  argoCondition('Healthy', 'False', 'RolloutHealthy', 'Rollout is not healthy'),
  argoCondition('Completed', 'True', 'RolloutCompleted', 'RolloutCompleted'),
  notPaused,
  progressed,
];

export const midStep: ArgoLeft = {
  strategy: routedCanary(steps),
  pods: [5, 1],
  selects: { 'web-stable': 'v1', 'web-canary': 'v2' },
  weight: 20,
  stable: 'v1',
  status: { ...PAUSED, ...split(20) },
};
export const abortedLeft: ArgoLeft = {
  ...midStep,
  selects: { 'web-stable': 'v1', 'web-canary': 'v1' },
  weight: 0,
  deadline: { version: 'v2', in: 12 },
  status: {
    currentStepIndex: 0,
    abort: true,
    abortedAt: '$ago',
    phase: 'Degraded',
    message: `RolloutAborted: ${abortMessage}`,
    conditions: [...UNDER_WAY, notPaused, notProgressing],
    ...split(0),
  },
};
export const blueGreenPaused: ArgoLeft = {
  strategy: blueGreen({ autoPromotionEnabled: false }),
  pods: [5, 5],
  selects: { 'web-active': 'v1', 'web-preview': 'v2' },
  stable: 'v1',
  status: {
    blueGreen: { activeSelector: ARGO_HASHES.v1, previewSelector: ARGO_HASHES.v2 },
    controllerPause: true,
    pauseConditions: [{ reason: 'BlueGreenPause', startTime: '$ago' }],
    HPAReplicas: 5,
    readyReplicas: 5,
    availableReplicas: 5,
    selector: `app=web,rollouts-pod-template-hash=${ARGO_HASHES.v1}`,
    phase: 'Paused',
    message: 'BlueGreenPause',
    conditions: PAUSED.conditions,
  },
};

/** A run as Argo left it, measured once. */
export function argoRun(name: string, labels: Readonly<Record<string, string>>) {
  const run = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name,
      labels: { app: 'web', 'rollouts-pod-template-hash': ARGO_HASHES.v2, ...labels },
      annotations: { 'rollout.argoproj.io/revision': '2' },
    },
    spec: {
      args: [{ name: 'hash', value: ARGO_HASHES.v2 }],
      metrics: (
        errorRate('errors', labels['rollout-type'] === 'Background' ? { count: 600 } : {}) as unknown as {
          spec: { metrics: readonly object[] };
        }
      ).spec.metrics,
    },
    status: {
      phase: 'Running',
      message: '',
      startedAt: '2026-01-01T00:00:00Z',
      metricResults: [
        {
          name: 'error_rate',
          phase: 'Running',
          count: 1,
          successful: 1,
          measurements: [
            {
              phase: 'Successful',
              startedAt: '2026-01-01T00:00:00Z',
              finishedAt: '2026-01-01T00:00:00Z',
              value: '[0]',
            },
          ],
        },
      ],
      runSummary: { count: 1, successful: 0 },
      dryRunSummary: {},
    },
  };
  return run;
}
