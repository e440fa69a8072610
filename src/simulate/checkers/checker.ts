import type { Rollout } from '../../api/rollout.ts';
import type { HttpRoute, ReplicaSet, Service } from '../../emulator/steps/shapes.ts';
import type { Pod } from '../../emulator/steps/pod-shape.ts';
import type { Proxy } from '../../emulator/proxies/proxy.ts';
import type { Call } from '../../emulator/call.ts';
import type { Instant } from '../../units/instant.ts';
import type { StreamReport } from '../../emulator/proxies/outcomes.ts';
import type { Happening, WorldPlan } from '../world-plan.ts';

/** The world at one moment, as it truly is: stored objects and what each proxy does. */
export type WorldState = Readonly<{
  rollout: Rollout | undefined;
  replicaSets: readonly ReplicaSet[];
  pods: readonly Pod[];
  services: readonly Service[];
  route: HttpRoute | undefined;
  /** Other Rollouts of the namespace. */
  rivals: readonly Rollout[];
  proxies: readonly Proxy[];
  /** Ready endpoints of a Service by its EndpointSlices as they are stored now: no write of ours changes them at once. */
  endpointsOf: (service: string) => number;
}>;

/** A write of one of our processes, with the world before and after it. Nothing else happened in between. */
export type JudgedWrite = Readonly<{
  call: Call;
  /** The HTTP status that it was answered with. */
  status: number;
  /** Which process wrote: they are numbered from 1 in the order of their starts. */
  process: number;
  at: Instant;
  before: WorldState;
  after: WorldState;
  /**
   * True when neither pods were lost nor sizes, weights or versions changed by others of late: what our process had
   * seen was then the truth, and whatever its write makes worse is its own doing (charge rule, reliability 2).
   */
  calm: boolean;
}>;

/** A world whose faults have stopped, at rest. */
export type WorldEnd = Readonly<{
  plan: WorldPlan;
  state: WorldState;
  /** What became of the users' requests. */
  users: StreamReport;
  /** Watches that were dead for 100 s, and nobody noticed. */
  unheard: number;
}>;

/** A rule of a whole run. It answers in words what is wrong. */
export type Checker = Readonly<{
  id: string;
  /** Judges a write that the server took. */
  judge?: (write: JudgedWrite) => readonly string[];
  /** Judges a write that the server refused. */
  judgeRefused?: (write: JudgedWrite) => readonly string[];
  /** Told when a process renews its lease, as the server takes it. */
  renewed?: (process: number, at: Instant) => void;
  /** Told what a person or chance has just done. */
  met?: (happening: Happening, state: WorldState, at: Instant) => void;
  /** Judges the world as it is, every 15 s; `calm` as for a write, and one of us leads. */
  looked?: (state: WorldState, at: Instant, calm: boolean) => readonly string[];
  /** Judges the world once it is at rest. */
  ended?: (end: WorldEnd) => readonly string[];
  /** Judges how many writes of ours there were while it was at rest. */
  rested?: (writes: number) => readonly string[];
}>;

/** Makes a rule that remembers things, anew for each world. */
export type MakeChecker = (plan: WorldPlan) => Checker;
