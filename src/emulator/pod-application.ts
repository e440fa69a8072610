import { milliseconds, seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add } from '../units/instant.ts';
import { behaviourOfPod } from './behaviour.ts';
import type { Application } from './proxies/application.ts';
import type { ClusterView } from './step.ts';
import { NODES, getOf } from './steps/kinds.ts';
import type { Pod } from './steps/pod-shape.ts';
import { isAlive } from './steps/scheduling.ts';
import { askedToEnd, drainingFrom } from './steps/termination.ts';

/** How long the demo application waits for requests under way once it takes no more (http.Server.Shutdown). */
const SHUTDOWN = seconds(10);

/**
 * What listens behind a pod: its first container, as behaviour.ts has it. Undefined while that does not run, or its node
 * is dead. Once asked to end it serves through its preStop hook and its drain, then finishes what it has; never longer
 * than the grace.
 */
export function applicationOfPod(pod: Pod, view: ClusterView): Application | undefined {
  const { spec, status, metadata } = pod;
  const [first] = spec.containers;
  const container = status?.containerStatuses?.find(({ name }) => name === first?.name);
  const address = status?.podIP;
  if (container?.state.running === undefined || address === undefined || status?.phase !== 'Running') return undefined;
  const node = spec.nodeName === undefined ? undefined : getOf(view, NODES, undefined, spec.nodeName);
  if (node !== undefined && !isAlive(node)) return undefined;
  const { version, errorRate, latency, drain } = behaviourOfPod(spec);
  const asked = askedToEnd(pod);
  const signalled = drainingFrom(pod);
  const killed = asked === undefined ? undefined : add(asked, seconds(metadata.deletionGracePeriodSeconds ?? 0));
  const within = (at: Instant): Instant => (killed !== undefined && killed < at ? killed : at);
  const refusesFrom = signalled === undefined ? undefined : within(add(signalled, milliseconds(drain)));
  return {
    id: `${metadata.uid ?? ''}/${container.restartCount}`,
    address,
    version,
    errorRate,
    latency,
    refusesFrom,
    goneFrom: refusesFrom === undefined ? undefined : within(add(refusesFrom, SHUTDOWN)),
  };
}
