import type { Disaster } from './world-plan.ts';

/** Every kind of disaster, and how often it is drawn among all. */
export const DISASTER_ODDS: Readonly<Record<Disaster['kind'], number>> = {
  Evict: 2,
  DrainNode: 2,
  LoseNode: 1,
  StickProxy: 2,
  DeleteRollout: 1,
  DeleteService: 1,
  DeleteRoute: 1,
  GitOps: 1,
  Quota: 1,
  Forbid: 2,
  HoldReplicaSet: 1,
  Rival: 1,
  Compact: 1,
  EditLease: 1,
};
