import type { Rollout } from '../../api/rollout.ts';
import type { HttpRoute, ReplicaSet, Service } from '../../emulator/steps/shapes.ts';
import type { Pod } from '../../emulator/steps/pod-shape.ts';
import type { Proxy } from '../../emulator/proxies/proxy.ts';
import type { Call } from '../../emulator/call.ts';

/** The world at one moment, as it truly is: stored objects and what each proxy does. */
export type WorldState = Readonly<{
  rollout: Rollout | undefined;
  replicaSets: readonly ReplicaSet[];
  pods: readonly Pod[];
  services: readonly Service[];
  route: HttpRoute | undefined;
  proxies: readonly Proxy[];
}>;

/** A write of our process, with the world before and after it. Nothing else happened in between. */
export type JudgedWrite = Readonly<{
  call: Call;
  before: WorldState;
  after: WorldState;
  /**
   * True when neither pods were lost nor sizes, weights or versions changed by others of late: what our process had
   * seen was then the truth, and whatever its write makes worse is its own doing (charge rule, reliability 2).
   */
  calm: boolean;
}>;

/** A rule that every write of our process must keep. It answers in words what is wrong. */
export type Checker = Readonly<{ id: string; judge: (write: JudgedWrite) => readonly string[] }>;
