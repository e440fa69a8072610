import type { Stage } from './stage.ts';

/** A story on the real cluster: it throws what did not come true. */
export type Scenario = Readonly<{
  /** A sentence, also the row of the report. */
  name: string;
  /** Short name of its namespace. */
  id: string;
  /** Versions whose failed answers are the point of the story; every other failed request is ours. */
  badVersions?: readonly string[];
  /** True when a bad verdict is its point: the time from it to weight 0 must have been measured. */
  judged?: boolean;
  /** True when it stops parts that other scenarios need: it plays alone. */
  alone?: boolean;
  /** True when it stops processes of this machine: it cannot play on a cluster that was not started here. */
  ownCluster?: boolean;
  play(stage: Stage): Promise<void>;
}>;

/** Throws the message when it does not hold. */
export function expectThat(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}
