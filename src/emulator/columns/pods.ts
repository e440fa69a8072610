import type { KubeObject } from '../../kube/resource.ts';
import type { Column } from '../kind.ts';
import type { JsonMap } from '../schema.ts';
import { ageOf, text } from './cells.ts';
import { at, mapsAt, numberAt, orNone, textAt } from './read-cells.ts';

/** The columns of pods. Source: pkg/printers/internalversion, printPod. */
export const POD_COLUMNS: readonly Column[] = [
  text('Ready', (pod) => {
    const statuses = mapsAt(pod, 'status', 'containerStatuses');
    const ready = statuses.filter((one) => one['ready'] === true && at(one, 'state', 'running') !== undefined).length;
    return `${ready}/${mapsAt(pod, 'spec', 'containers').length}`;
  }),
  text('Status', statusOf),
  { name: 'Restarts', type: 'string', cell: (pod, now) => restartsOf(pod, (time) => ageOf(time, now)) },
  text('IP', (pod) => orNone(textAt(pod, 'status', 'podIP')), 1),
  text('Node', (pod) => orNone(textAt(pod, 'spec', 'nodeName')), 1),
  text('Nominated Node', (pod) => orNone(textAt(pod, 'status', 'nominatedNodeName')), 1),
  text('Readiness Gates', readinessGates, 1),
];

/** The state of a pod in one word: the reason of its last container that is not well, or its phase. */
function statusOf(pod: KubeObject): string {
  const own = textAt(pod, 'status', 'reason');
  let reason = own === '' ? textAt(pod, 'status', 'phase') : own;
  let hasRunning = false;
  for (const status of mapsAt(pod, 'status', 'containerStatuses').toReversed()) {
    const waiting = textAt(status, 'state', 'waiting', 'reason');
    const ended = at(status, 'state', 'terminated');
    if (waiting !== '') reason = waiting;
    else if (ended !== undefined) reason = endedReason(ended);
    else if (status['ready'] === true) hasRunning = true;
  }
  if (reason === 'Completed' && hasRunning) reason = 'Running';
  if (pod.metadata.deletionTimestamp === undefined) return reason;
  return ['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase')) ? reason : 'Terminating';
}

function endedReason(ended: unknown): string {
  const reason = textAt(ended, 'reason');
  if (reason !== '') return reason;
  const signal = numberAt(ended, 'signal');
  return signal === 0 ? `ExitCode:${numberAt(ended, 'exitCode')}` : `Signal:${signal}`;
}

function restartsOf(pod: KubeObject, age: (time: string) => string): string {
  const statuses = mapsAt(pod, 'status', 'containerStatuses');
  const count = statuses.reduce((sum, one) => sum + numberAt(one, 'restartCount'), 0);
  const last =
    statuses
      .map((one) => textAt(one, 'lastState', 'terminated', 'finishedAt'))
      .sort()
      .at(-1) ?? '';
  return count > 0 && last !== '' ? `${count} (${age(last)} ago)` : String(count);
}

function readinessGates(pod: KubeObject): string {
  const gates = mapsAt(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return '<none>';
  const conditions: readonly JsonMap[] = mapsAt(pod, 'status', 'conditions');
  const open = gates.filter((gate) =>
    conditions.some((one) => one['type'] === gate['conditionType'] && one['status'] === 'True'),
  );
  return `${open.length}/${gates.length}`;
}
