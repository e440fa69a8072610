import type { CanaryStrategy } from './canary.ts';
import { nameOf } from './defaults.ts';
import type { Rollout } from './rollout.ts';

/** Which of the two Services of pingPong is the stable one. */
export type PingPongSide = 'ping' | 'pong';

/** The Services of a canary by their roles. */
export type ServiceRoles = Readonly<{ canary: string | undefined; stable: string | undefined }>;

/** The roles of the Services that a canary strategy names; of pingPong, `stable` tells which is the stable one. */
export function rolesIn(
  { canaryService, stableService, pingPong }: CanaryStrategy,
  stable: PingPongSide,
): ServiceRoles {
  if (pingPong === undefined) return { canary: nameOf(canaryService), stable: nameOf(stableService) };
  const [ping, pong] = [nameOf(pingPong.pingService), nameOf(pingPong.pongService)];
  return stable === 'pong' ? { canary: ping, stable: pong } : { canary: pong, stable: ping };
}

/** Which Service of pingPong is stable by the status: ping until a promotion says otherwise (rollout-semantics 1.2). */
export function stableSideOf({ status }: Readonly<{ status?: Rollout['status'] | undefined }>): PingPongSide {
  return status?.canary?.stablePingPong === 'pong' ? 'pong' : 'ping';
}

/** The roles of the Services that a Rollout names now; none for one that is no canary. */
export function rolesOf(rollout: Pick<Rollout, 'spec' | 'status'>): ServiceRoles {
  const canary = rollout.spec.strategy?.canary;
  return canary === undefined ? { canary: undefined, stable: undefined } : rolesIn(canary, stableSideOf(rollout));
}
