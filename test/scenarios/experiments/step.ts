import {
  abort,
  apply,
  deed,
  image,
  metrics,
  patch,
  patchCanary,
  patchStatus,
  promote,
  promoteFull,
  remove,
  retry,
} from '../runner/deeds.ts';
import {
  abortedOn,
  condition,
  count,
  event,
  healthyOn,
  phase,
  readyPods,
  runs,
  sizes,
  status,
  weights,
} from '../runner/expectations.ts';
import {
  canary,
  errorRate,
  experimentStep,
  pause,
  rollout,
  routedCanary,
  setWeight,
  trialAnalysis,
} from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, expectation, given, scenario, stays, thenSee, when } from '../runner/scenario.ts';

/** The phases of the experiments of the Rollout, by name. */
const experiments = (wanted: readonly string[]) =>
  expectation(`experiments are ${wanted.join()}`, (world) => {
    const found = world.list('Experiment') as readonly { metadata: { name: string }; status?: { phase?: string } }[];
    const ordered = found.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    const seen = ordered.map((one) => one.status?.phase ?? 'none');
    return seen.join() === wanted.join() ? undefined : `they are ${seen.join()}`;
  });
const judged = { analyses: [trialAnalysis('errors', 'trial', { requiredForCompletion: true })] };

/** The same deed for every Experiment. */
const each = (told: string, make: (name: string) => ReturnType<typeof deed>) =>
  deed(told, async (hands) => {
    for (const { metadata } of hands.world.list('Experiment')) await make(metadata.name).act(hands);
  });
const removeExperiments = () => each('delete all experiments', (name) => remove('Experiment', name));
const terminateExperiments = () =>
  each('terminate all experiments', (name) => patch('Experiment', name, { spec: { terminate: true } }));

/** Experiments as steps of a canary. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'a step runs an experiment with a template of each revision, and waits for its success',
    given(rollout(canary([experimentStep({ duration: '3s' }), setWeight(20), pause()]))),
    when(image('v2')),
    thenSee(
      status({ currentStepIndex: 0, canary: { currentExperiment: /^web-\w+-2-0$/ } }),
      experiments(['Running']),
      readyPods({ least: 6, version: 'v1' }),
      readyPods({ least: 1, version: 'v2' }),
      sizes({ v1: 5 }),
    ),
    thenSee(event('ExperimentCreated', 'Created Experiment web-', 'web')),
    thenSee(phase('Paused'), status({ currentStepIndex: 2 }), experiments(['Successful'])),
    thenSee(event('RolloutStepCompleted', 'Rollout step 1/3 completed (experiment)')),
  ),
  scenario(
    'the pods of an experiment are behind none of the Services of its Rollout',
    given(rollout(routedCanary([experimentStep(), pause()]))),
    when(image('v2')),
    thenSee(experiments(['Running'])),
    stays(
      3,
      expectation('web-stable and web-canary select revisions of the Rollout', (world) => {
        const own = new Set(world.replicaSets().map(({ metadata }) => metadata.labels?.['rollouts-pod-template-hash']));
        const odd = ['web-stable', 'web-canary'].find(
          (name) => !own.has(world.service(name)?.spec?.selector?.['rollouts-pod-template-hash'] ?? ''),
        );
        return odd === undefined ? undefined : `${odd} selects another`;
      }),
      sizes({ v1: 5 }),
    ),
  ),
  scenario(
    'an experiment whose analysis is satisfied ends before its duration',
    given(errorRate(), rollout(canary([experimentStep({ ...judged, duration: '1h' }), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), experiments(['Successful']), runs(['Successful'])),
  ),
  scenario(
    'an experiment that fails aborts the update, and says what its analysis said',
    given(
      errorRate(),
      rollout(routedCanary([setWeight(20), experimentStep(judged), pause()])),
      metrics({ error_rate: { v2: 0.5 } }),
    ),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(
      abortedOn('v1', /Experiment analysis phase is error\/failed: Metric "error_rate" assessed Failed/),
      weights({ stable: 100, canary: 0 }),
    ),
    thenSee(experiments(['Failed']), sizes({ v1: 5 })),
  ),
  scenario(
    'a retry makes an experiment of its own',
    given(errorRate(), rollout(canary([experimentStep(judged), pause()])), metrics({ error_rate: { v2: 0.5 } })),
    when(image('v2')),
    thenSee(abortedOn('v1')),
    when(metrics({ error_rate: 0 }), retry()),
    thenSee(phase('Paused', 'CanaryPauseStep'), experiments(['Failed', 'Successful'])),
  ),
  scenario(
    'an experiment without a verdict pauses the update; whoever resumes it gets one more',
    given(
      errorRate('errors', { successCondition: 'result[0] < 0.05', failureCondition: 'result[0] > 0.9' }),
      rollout(canary([experimentStep(judged), pause()])),
      metrics({ error_rate: { v2: 0.5 } }),
    ),
    when(image('v2')),
    thenSee(phase('Paused', 'InconclusiveExperiment'), experiments(['Inconclusive'])),
    // One an index and attempt (F-X2): while it is paused nothing new begins.
    stays(4, phase('Paused', 'InconclusiveExperiment'), experiments(['Inconclusive'])),
    when(metrics({ error_rate: 0 }), promote()),
    thenSee(phase('Paused', 'CanaryPauseStep'), experiments(['Inconclusive', 'Successful'])),
  ),
  scenario(
    'an abort ends the experiment of the step',
    given(rollout(canary([experimentStep(), pause()]))),
    when(image('v2')),
    thenSee(experiments(['Running'])),
    when(abort()),
    thenSee(abortedOn('v1'), experiments(['Successful'])),
    thenSee(
      expectation('its message says that it ended with the update', (world) => {
        const [one] = world.list('Experiment') as readonly { status?: { message?: string } }[];
        return /it ended with the update/.test(one?.status?.message ?? '')
          ? undefined
          : `it is ${one?.status?.message}`;
      }),
      readyPods({ least: 5, most: 5 }),
    ),
  ),
  scenario(
    'a full promotion ends the experiment of the step',
    given(rollout(canary([experimentStep(), pause()]))),
    when(image('v2')),
    thenSee(experiments(['Running'])),
    when(promoteFull()),
    thenSee(healthyOn('v2'), experiments(['Successful'])),
  ),
  scenario(
    'promoting past a step ends its experiment and begins that of the next',
    given(rollout(canary([experimentStep(), experimentStep(), pause()]))),
    when(image('v2')),
    thenSee(experiments(['Running'])),
    when(patchStatus({ pauseConditions: null, currentStepIndex: 1 })),
    thenSee(
      experiments(['Successful', 'Running']),
      status({ currentStepIndex: 1, canary: { currentExperiment: /-1$/ } }),
    ),
  ),
  scenario(
    'a third version in mid-experiment ends it and makes one of its own',
    given(rollout(canary([experimentStep(), pause()]))),
    when(image('v2')),
    thenSee(experiments(['Running'])),
    when(image('v3')),
    thenSee(
      readyPods({ least: 1, version: 'v3' }),
      status({ canary: { currentExperiment: /-3-0$/ } }),
      count('Experiment', 2),
    ),
  ),
  scenario(
    'labels of a template join the selector, and annotations reach its pods',
    given(
      rollout(
        canary([
          experimentStep({
            templates: [
              {
                name: 'trial',
                specRef: 'canary',
                replicas: 2,
                metadata: { labels: { role: 'trial' }, annotations: { note: 'x' } },
              },
            ],
          }),
          pause(),
        ]),
      ),
    ),
    when(image('v2')),
    thenSee(experiments(['Running'])),
    thenSee(
      expectation('the pods have both', (world) => {
        const pods = world.pods().filter(({ metadata }) => metadata.labels?.['role'] === 'trial');
        return pods.length === 2 && pods.every(({ metadata }) => metadata.annotations?.['note'] === 'x')
          ? undefined
          : `${pods.length} pods`;
      }),
    ),
  ),
  scenario(
    'a missing analysis template of a step is told before the step, and holds nothing that serves',
    given(rollout(canary([setWeight(20), experimentStep(judged), pause()]))),
    when(image('v2')),
    thenSee(
      sizes({ v1: 5 }),
      condition('InvalidSpec', {
        status: 'True',
        message: /steps\[1\]\.experiment\.analyses\[0\]\.templateName: .*AnalysisTemplate "errors" does not exist/,
      }),
    ),
    when(apply(errorRate())),
    thenSee(phase('Paused', 'CanaryPauseStep'), experiments(['Successful'])),
  ),
  scenario(
    'finished experiments beyond the limit go, the oldest first',
    given(
      rollout(canary([experimentStep({ duration: '1s' })]), {
        analysis: { successfulRunHistoryLimit: 1, unsuccessfulRunHistoryLimit: 1 },
      }),
    ),
    when(image('v2')),
    thenSee(healthyOn('v2'), count('Experiment', 1)),
    when(image('v3')),
    thenSee(healthyOn('v3'), count('Experiment', 1)),
  ),
  scenario(
    'an experiment that somebody deletes is made again',
    given(rollout(canary([experimentStep({ duration: '4s' }), pause()]))),
    when(image('v2')),
    thenSee(experiments(['Running'])),
    when(removeExperiments()),
    thenSee(phase('Paused'), experiments(['Successful'])),
  ),
  scenario(
    'a person who ends an experiment early gives no verdict to its step without evidence',
    given(errorRate('errors', { count: 0, initialDelay: '1h' }), rollout(canary([experimentStep(judged), pause()]))),
    when(image('v2')),
    thenSee(runs(['Running'])),
    when(terminateExperiments()),
    thenSee(phase('Paused', 'InconclusiveExperiment')),
  ),
  scenario(
    'steps that are edited in mid-experiment end it',
    given(rollout(canary([experimentStep(), pause()]))),
    when(image('v2')),
    thenSee(experiments(['Running'])),
    when(patchCanary({ steps: [setWeight(20), pause()] })),
    thenSee(phase('Paused', 'CanaryPauseStep'), experiments(['Successful'])),
  ),
];
