import type { PingPongSide } from '../../api/split-services.ts';
import type { Situation } from './situation.ts';
import { canaryOf, totalWeight } from './situation.ts';
import { isProven } from './weights.ts';

/**
 * Which Service of pingPong is the stable one after a promotion now: where all the traffic was proven to be at the other
 * one, that one, so that nothing need be pointed elsewhere; else, as without steps, the one that it is.
 */
export function sideAfterPromotion(situation: Situation, side: PingPongSide): PingPongSide {
  const swaps = canaryOf(situation)?.pingPong === true && situation.replicas > 0;
  if (!swaps || !isProven(situation, totalWeight(situation))) return side;
  return side === 'ping' ? 'pong' : 'ping';
}
