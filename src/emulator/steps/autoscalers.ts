import type { KubeObject, Resource } from '../../kube/resource.ts';
import { apiVersionOf } from '../../kube/resource.ts';
import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, formatInstant, parseInstant } from '../../units/instant.ts';
import type { ClusterStep, ClusterView, ClusterWrite } from '../step.ts';
import { AUTOSCALERS, listOf } from './kinds.ts';
import { CUT } from './pod-times.ts';
import type { Condition, HorizontalAutoscaler } from './shapes.ts';
import { counted, withCondition, writeStatus } from './writes.ts';

/**
 * How busy the pods of an autoscaler's target are at an instant, in per cent of what they request; undefined when there is
 * no telling. The same view and instant must give the same answer.
 */
export type Utilisation = (autoscaler: HorizontalAutoscaler, view: ClusterView, now: Instant) => number | undefined;

/** What an autoscaler scales: any object with spec.replicas and a status like a Deployment's. */
type Scaled = KubeObject &
  Readonly<{
    spec?: Readonly<{ replicas?: number }>;
    status?: Readonly<{ replicas?: number; readyReplicas?: number }>;
  }>;

/** How often the real controller looks, and by how much it may be off before it acts. */
const INTERVAL = seconds(15);
const TOLERANCE = 0.1;
const CPU_TARGET = 80;
const SCALE_DOWN_WINDOW = 300;

/**
 * The HorizontalPodAutoscaler: size = ceil(ready pods × utilisation / target) within its bounds, at most every 15 s, down
 * only when the last change is longer ago than the stabilisation window, up to at most twice the pods or 4 at once.
 * Objects of `targets` can be scaled. Source: k8s.io/kubernetes/pkg/controller/podautoscaler, one resource metric.
 */
export function autoscalers(targets: readonly Resource[], utilisation: Utilisation): ClusterStep {
  return {
    name: 'autoscalers',
    watches: [AUTOSCALERS, ...targets],
    step(view, now) {
      const all = listOf(view, AUTOSCALERS);
      if (all.length === 0) return { writes: [] };
      const writes = all.flatMap((one) => scale(view, targets, one, utilisation(one, view, now), now));
      return { writes, wakeAt: add(now, INTERVAL) };
    },
  };
}

function scale(
  view: ClusterView,
  targets: readonly Resource[],
  autoscaler: HorizontalAutoscaler,
  busy: number | undefined,
  now: Instant,
): readonly ClusterWrite[] {
  const { kind, name, apiVersion } = autoscaler.spec.scaleTargetRef;
  const resource = targets.find(
    (one) => one.kind === kind && (apiVersion === undefined || apiVersionOf(one) === apiVersion),
  );
  const target: Scaled | undefined =
    resource === undefined ? undefined : view.get(resource, autoscaler.metadata.namespace, name);
  if (resource === undefined || target === undefined) {
    const message = `the HPA controller was unable to get the target's current scale: ${kind} "${name}" not found`;
    return report(autoscaler, {}, [{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message }], now);
  }
  const size = target.spec?.replicas ?? 1;
  if (size === 0) {
    const message = 'scaling is disabled since the replica count of the target is zero';
    return report(
      autoscaler,
      {},
      [{ type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled', message }],
      now,
    );
  }
  const wanted = within(autoscaler, size, recommended(autoscaler, target, busy) ?? size);
  const last = parseInstant(autoscaler.status?.lastScaleTime);
  const mayScale = last === undefined || now > add(add(last, CUT), waitBefore(autoscaler, wanted, size));
  const desired = mayScale ? wanted : size;
  const status = {
    ...counted({ currentReplicas: target.status?.replicas ?? 0 }),
    desiredReplicas: desired,
    ...(desired === size ? {} : { lastScaleTime: formatInstant(now) }),
    ...(busy === undefined ? {} : { currentMetrics: [metricOf(autoscaler, busy)] }),
  };
  const written = report(autoscaler, status, conditionsOf(busy), now);
  if (desired === size) return written;
  const { namespace, resourceVersion } = target.metadata;
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  const object = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec: { replicas: desired } };
  return [{ kind: 'Replace', resource, object, subresource: 'scale' }, ...written];
}

function recommended(autoscaler: HorizontalAutoscaler, target: Scaled, busy: number | undefined): number | undefined {
  const ready = target.status?.readyReplicas ?? 0;
  if (busy === undefined || ready === 0) return undefined;
  const ratio = busy / targetOf(autoscaler);
  return Math.abs(ratio - 1) <= TOLERANCE ? undefined : Math.ceil(ready * ratio);
}

function targetOf({ spec }: HorizontalAutoscaler): number {
  const metric = spec.metrics?.find(({ resource }) => resource?.target.averageUtilization !== undefined);
  return metric?.resource?.target.averageUtilization ?? CPU_TARGET;
}

function within({ spec }: HorizontalAutoscaler, size: number, wanted: number): number {
  const most = Math.min(spec.maxReplicas, Math.max(2 * size, 4));
  return Math.max(spec.minReplicas ?? 1, Math.min(most, wanted));
}

function waitBefore({ spec }: HorizontalAutoscaler, wanted: number, size: number): typeof INTERVAL {
  if (wanted >= size) return INTERVAL;
  return seconds(spec.behavior?.scaleDown?.stabilizationWindowSeconds ?? SCALE_DOWN_WINDOW);
}

function metricOf(autoscaler: HorizontalAutoscaler, busy: number): object {
  const named = autoscaler.spec.metrics?.find(({ resource }) => resource !== undefined)?.resource?.name ?? 'cpu';
  return { type: 'Resource', resource: { name: named, current: { averageUtilization: Math.round(busy) } } };
}

function conditionsOf(busy: number | undefined): readonly Condition[] {
  const able: Condition = {
    type: 'AbleToScale',
    status: 'True',
    reason: 'ReadyForNewScale',
    message: 'recommended size matches current size',
  };
  return [
    able,
    busy === undefined
      ? {
          type: 'ScalingActive',
          status: 'False',
          reason: 'FailedGetResourceMetric',
          message: 'no metrics returned from resource metrics API',
        }
      : {
          type: 'ScalingActive',
          status: 'True',
          reason: 'ValidMetricFound',
          message: 'the HPA was able to compute the replica count',
        },
  ];
}

function report(
  autoscaler: HorizontalAutoscaler,
  status: NonNullable<HorizontalAutoscaler['status']>,
  said: readonly Condition[],
  now: Instant,
): readonly ClusterWrite[] {
  let conditions = autoscaler.status?.conditions ?? [];
  for (const one of said) conditions = withCondition(conditions, one, now);
  const { lastScaleTime } = autoscaler.status ?? {};
  const kept = lastScaleTime === undefined ? {} : { lastScaleTime };
  return writeStatus(AUTOSCALERS, autoscaler, {
    desiredReplicas: 0,
    currentMetrics: null,
    ...kept,
    ...status,
    conditions,
  });
}
