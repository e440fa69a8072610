import type { Clock } from '../../../../src/clock/clock.ts';
import type { RunningSteps } from '../../../../src/emulator/run-steps.ts';
import { runSteps } from '../../../../src/emulator/run-steps.ts';
import { gatewayStatus, routeStatus } from '../../../../src/emulator/steps/gateways.ts';
import { NODES } from '../../../../src/emulator/steps/kinds.ts';
import { podLife, podRemoval } from '../../../../src/emulator/steps/pod-life.ts';
import type { PodTimes } from '../../../../src/emulator/steps/pod-times.ts';
import { scheduling } from '../../../../src/emulator/steps/scheduling.ts';
import { milliseconds } from '../../../../src/units/duration.ts';
import { formatInstant } from '../../../../src/units/instant.ts';
import { collectionOf } from '../kinds.ts';
import { QUICK_PODS } from '../virtual-stage.ts';
import type { Mirror } from './mirror.ts';
import type { RawClient } from './raw-client.ts';

/** So many nodes of so many pods each: more than all scenarios side by side need. */
const NODE_NAMES = ['fake-1', 'fake-2'];
// Not 20000: the server would write that as 20k, which the emulated scheduler does not read.
const PODS_A_NODE = '19999';

/** Nodes that nobody runs. */
export async function createNodes(client: RawClient, clock: Clock): Promise<void> {
  const nodes = collectionOf(NODES, '');
  for (const [index, name] of NODE_NAMES.entries()) {
    const at = formatInstant(clock.now());
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'nobody is here',
      lastHeartbeatTime: at,
      lastTransitionTime: at,
    };
    const capacity = { cpu: '1000', memory: '1000Gi', pods: PODS_A_NODE };
    const addresses = [{ type: 'InternalIP', address: `10.0.0.${index + 1}` }];
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
    await client.ask({ method: 'POST', path: nodes, body: node });
    const status = { addresses, capacity, allocatable: capacity, conditions: [ready] };
    await client.ask({
      method: 'PATCH',
      path: `${nodes}/${name}/status`,
      body: { status },
      contentType: 'application/merge-patch+json',
    });
  }
}

/**
 * What the real controllers leave to others, played by the emulator's own steps against the real server: the scheduler,
 * the kubelets (no container runs; image and environment say what a pod does), and a data plane that says Accepted and
 * ResolvedRefs of every route whose Gateway and Services are there, and sends no request.
 */
export function startKubelets(mirror: Mirror, clock: Clock, times: PodTimes = QUICK_PODS): RunningSteps {
  const steps = [scheduling(times), podLife(times), podRemoval, gatewayStatus, routeStatus];
  return runSteps(mirror, clock, steps, { delay: () => milliseconds(20) });
}
