import type { StreamReport } from '../../emulator/proxies/outcomes.ts';
import { breaksPods } from '../versions.ts';
import type { WorldPlan } from '../world-plan.ts';
import type { Checker } from './checker.ts';

/** What all rules are for: no request is lost by what we do. */
export const requestsKept: Checker = {
  id: 'requests',
  ended: ({ plan, users }) => requestsLost(plan, users),
};

/** Who takes pods, weights or sizes away beside us. */
const OTHERS =
  /^(KillPods|ScaleReplicaSet|DeleteReplicaSet|EditWeight|EditSelector|Scale|PromoteFull|Evict|DrainNode|LoseNode|DeleteRollout|DeleteService|DeleteRoute|GitOps|Quota|Rival|SwitchStrategy|RestartPods)$/;

/** Requests that nobody but us can have lost: in worlds where neither people nor chance take pods, weights or sizes away. */
function requestsLost(plan: WorldPlan, users: StreamReport): readonly string[] {
  const others = plan.happenings.some(
    (each) => OTHERS.test(each.kind) || (each.kind === 'Apply' && breaksPods(each.version)),
  );
  return others || users.lost === 0 ? [] : [`users lost ${users.lost} of ${users.ended} requests`];
}
