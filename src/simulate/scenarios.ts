import type { Happening, RolloutDraw, StepDraw, VersionDraw, WorldPlan } from './world-plan.ts';

/** A world without chance faults, with what it must come to. */
export type Scenario = Readonly<{
  name: string;
  plan: WorldPlan;
  ends: Readonly<{
    phase: 'Healthy' | 'Degraded' | 'Paused';
    /** The version that is stable. */ stable: number;
    aborted?: boolean;
  }>;
}>;

const weight = (percent: number): StepDraw => ({ kind: 'Weight', weight: percent });
const pause = (length: number): StepDraw => ({ kind: 'Pause', seconds: length });
const ANALYSIS: StepDraw = { kind: 'Analysis' };
const experiment = (length: number, share: number): StepDraw => ({
  kind: 'Experiment',
  seconds: length,
  weight: share,
});
const FOREVER = pause(0);

const version = (number: number, more: Partial<VersionDraw> = {}): VersionDraw => ({
  version: number,
  errorRate: 0,
  crashes: false,
  neverReady: false,
  ...more,
});
const apply = (at: number, drawn: VersionDraw): Happening => ({ at, kind: 'Apply', version: drawn });
const BAD: Partial<VersionDraw> = { errorRate: 0.3 };

/** The update begins here: the first version is up, even if a call was not answered for 35 s. Milliseconds. */
const BEGINS = 90_000;
/** A person acts here: every update that waits for one has come to its wait, even if it was held up as long. */
const ACTS = 200_000;

const ROUTED: RolloutDraw = {
  strategy: 'Routed',
  replicas: 4,
  steps: [],
  scaleDownDelay: 20,
  abortScaleDownDelay: 20,
  progressDeadline: 600,
  progressDeadlineAbort: true,
  background: false,
  autoPromotion: true,
  analyses: { pre: false, post: false },
};

function scenario(
  name: string,
  rollout: Partial<RolloutDraw>,
  happenings: readonly Happening[],
  ends: Scenario['ends'],
): Scenario {
  const plan: WorldPlan = {
    seed: 1,
    rollout: { ...ROUTED, ...rollout },
    lags: { api: 20, watch: 100, pods: 2_000, controllers: 1_000, proxies: 2_000 },
    proxies: 2,
    requestsPerSecond: 50,
    happenings,
    callFaults: [],
    watchFaults: [],
    lasting: true,
  };
  return { name, plan, ends };
}

const LONG_STEPS = [weight(40), pause(120), weight(70), pause(10)];
const HEALTHY_2 = { phase: 'Healthy', stable: 2 } as const;
const ABORTED = { phase: 'Degraded', stable: 1, aborted: true } as const;

/** The courses that an update can take: what exhaustive runs put one fault after another into. */
export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'routed-promoted',
    { steps: [weight(20), pause(10), weight(50), ANALYSIS], background: true },
    [apply(BEGINS, version(2))],
    HEALTHY_2,
  ),
  scenario(
    'routed-experiment',
    { steps: [weight(20), experiment(15, 10), weight(50)] },
    [apply(BEGINS, version(2))],
    HEALTHY_2,
  ),
  scenario(
    'routed-experiment-aborted',
    { steps: [weight(20), experiment(0, 10), FOREVER] },
    [apply(BEGINS, version(2)), { at: ACTS, kind: 'Abort' }],
    ABORTED,
  ),
  scenario(
    'routed-weights-fall',
    { steps: [weight(75), weight(25), pause(10)] },
    [apply(BEGINS, version(2))],
    HEALTHY_2,
  ),
  scenario('routed-rolled-back', { steps: [weight(50), ANALYSIS] }, [apply(BEGINS, version(2, BAD))], ABORTED),
  scenario(
    'routed-background-rolled-back',
    { steps: [weight(50), FOREVER], background: true },
    [apply(BEGINS, version(2, BAD))],
    ABORTED,
  ),
  scenario(
    'routed-aborted',
    { steps: [weight(40), FOREVER] },
    [apply(BEGINS, version(2)), { at: ACTS, kind: 'Abort' }],
    ABORTED,
  ),
  scenario(
    'routed-retried',
    { steps: [weight(50), ANALYSIS] },
    [
      apply(BEGINS, version(2)),
      { at: BEGINS, kind: 'Prometheus', lie: 'Down', length: 200_000 },
      { at: 400_000, kind: 'Retry' },
    ],
    HEALTHY_2,
  ),
  scenario(
    'bad-version-without-evidence',
    { steps: [weight(50), ANALYSIS] },
    [apply(BEGINS, version(2, BAD)), { at: BEGINS, kind: 'Prometheus', lie: 'Unavailable', length: 300_000 }],
    ABORTED,
  ),
  scenario(
    'routed-late',
    { steps: [weight(50)], progressDeadline: 60 },
    [apply(BEGINS, version(2, { neverReady: true }))],
    ABORTED,
  ),
  scenario(
    'third-version',
    { steps: [weight(20), pause(5), weight(70), pause(120)] },
    [apply(BEGINS, version(2)), apply(ACTS, version(3))],
    {
      phase: 'Healthy',
      stable: 3,
    },
  ),
  scenario('back-to-stable', { steps: [weight(40), FOREVER] }, [apply(BEGINS, version(2)), apply(ACTS, version(1))], {
    phase: 'Healthy',
    stable: 1,
  }),
  scenario(
    'scaled-in-mid-step',
    { steps: LONG_STEPS },
    [apply(BEGINS, version(2)), { at: ACTS, kind: 'Scale', replicas: 7 }],
    HEALTHY_2,
  ),
  scenario(
    'paused-by-a-person',
    { steps: LONG_STEPS },
    [
      apply(BEGINS, version(2)),
      { at: ACTS, kind: 'Pause', paused: true },
      { at: ACTS + 180_000, kind: 'Pause', paused: false },
    ],
    HEALTHY_2,
  ),
  scenario(
    'promoted-by-a-person',
    { steps: [weight(40), FOREVER, weight(80), FOREVER] },
    [apply(BEGINS, version(2)), { at: ACTS, kind: 'Promote' }, { at: ACTS + 90_000, kind: 'PromoteFull' }],
    HEALTHY_2,
  ),
  scenario(
    'steps-edited-while-paused',
    { steps: LONG_STEPS },
    [
      apply(BEGINS, version(2)),
      { at: ACTS, kind: 'Pause', paused: true },
      { at: ACTS + 40_000, kind: 'EditSteps', steps: [weight(70), pause(10)] },
      { at: ACTS + 180_000, kind: 'Pause', paused: false },
    ],
    HEALTHY_2,
  ),
  scenario(
    'paused-longer-than-its-deadline',
    { steps: LONG_STEPS, progressDeadline: 60 },
    [
      apply(BEGINS, version(2)),
      { at: ACTS, kind: 'Pause', paused: true },
      { at: ACTS + 180_000, kind: 'Pause', paused: false },
    ],
    HEALTHY_2,
  ),
  scenario(
    'promoted-in-full-after-a-long-pause',
    { steps: [weight(40), FOREVER, weight(80), FOREVER], progressDeadline: 60 },
    [apply(BEGINS, version(2)), { at: ACTS, kind: 'PromoteFull' }],
    HEALTHY_2,
  ),
  scenario(
    'blue-green-promoted-by-a-person-after-a-long-pause',
    { strategy: 'BlueGreen', autoPromotion: false, progressDeadline: 60 },
    [apply(BEGINS, version(2)), { at: ACTS, kind: 'Promote' }],
    HEALTHY_2,
  ),
  scenario(
    'basic-promoted',
    { strategy: 'Basic', steps: [weight(25), pause(10), weight(50), pause(10)] },
    [apply(BEGINS, version(2))],
    HEALTHY_2,
  ),
  scenario(
    'basic-aborted',
    { strategy: 'Basic', steps: [weight(50), FOREVER] },
    [apply(BEGINS, version(2)), { at: ACTS, kind: 'Abort' }],
    ABORTED,
  ),
  scenario(
    'blue-green-promoted',
    { strategy: 'BlueGreen', analyses: { pre: false, post: true } },
    [apply(BEGINS, version(2))],
    HEALTHY_2,
  ),
  scenario('blue-green-waits', { strategy: 'BlueGreen', autoPromotion: false }, [apply(BEGINS, version(2))], {
    phase: 'Paused',
    stable: 1,
  }),
  scenario(
    'blue-green-preview-without-evidence',
    { strategy: 'BlueGreen', analyses: { pre: true, post: false } },
    [apply(BEGINS, version(2))],
    ABORTED,
  ),
  scenario(
    'blue-green-aborted-after-switch',
    { strategy: 'BlueGreen', analyses: { pre: false, post: true } },
    [apply(BEGINS, version(2, BAD))],
    ABORTED,
  ),
];
