import { apply, deed, metrics, patch, patchStatus, remove } from '../runner/deeds.ts';
import { count, event, gone, object, readyPods, runs } from '../runner/expectations.ts';
import {
  analysisTemplate,
  errorRate,
  experiment,
  route,
  service,
  trialAnalysis,
  trialTemplate,
} from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { during, expectation, given, scenario, stays, thenSee, when } from '../runner/scenario.ts';
import type { Spec } from '../runner/objects.ts';

const said = (status: Spec) => object('Experiment', 'trial', { status });
const setOf = (name: string, wanted: Spec) => object('ReplicaSet', name, wanted);
const invalid = (message: RegExp) =>
  expectation(`the experiment is invalid: ${message}`, (world) => {
    const { status } = (world.get('Experiment', 'trial') ?? {}) as { status?: { message?: string } };
    return message.test(status?.message ?? '') ? undefined : `it says ${status?.message ?? 'nothing'}`;
  });
/** What `retry experiment` of Argo's clients writes; in our own group the status is a subresource. */
const retried = () =>
  deed('retry the experiment', (hands) =>
    (hands.world.group === 'argoproj.io'
      ? patch('Experiment', 'trial', { status: null })
      : patchStatus(
          { phase: null, message: null, availableAt: null, templateStatuses: null, analysisRuns: null },
          'trial',
          'Experiment',
        )
    ).act(hands),
  );
const required = { requiredForCompletion: true };

/** Experiments on their own. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'an experiment runs its templates for its duration, and then takes their pods away',
    when(apply(experiment({ templates: [trialTemplate('a', 'v1'), trialTemplate('b', 'v2')], duration: '5s' }))),
    thenSee(said({ phase: 'Running' }), readyPods({ least: 2, version: 'v1' }), readyPods({ least: 2, version: 'v2' })),
    stays(3, said({ phase: 'Running' })),
    thenSee(said({ phase: 'Successful' })),
    thenSee(setOf('trial-a', { spec: { replicas: 0 } }), setOf('trial-b', { spec: { replicas: 0 } })),
    thenSee(event('ExperimentRunning', 'Experiment transitioned from Pending -> Running', 'trial')),
    thenSee(event('ExperimentSuccessful', '', 'trial'), event('TemplateRunning', "Template 'a'", 'trial')),
  ),
  scenario(
    'the pods of an experiment that is over stay for its scale-down delay',
    when(apply(experiment({ templates: [trialTemplate('a', 'v1')], duration: '1s', scaleDownDelaySeconds: 4 }))),
    thenSee(said({ phase: 'Successful' })),
    stays(3, setOf('trial-a', { spec: { replicas: 2 } })),
    thenSee(setOf('trial-a', { spec: { replicas: 0 } })),
  ),
  scenario(
    'a Service of a template has the ports of its containers, and goes with its pods',
    when(apply(experiment({ templates: [trialTemplate('a', 'v1', { service: {} })], duration: '2s' }))),
    thenSee(object('Service', 'trial-a', { spec: { ports: [{ port: 8080, protocol: 'TCP', targetPort: 8080 }] } })),
    thenSee(said({ phase: 'Running' })),
    thenSee(gone('Service', 'trial-a')),
  ),
  scenario(
    'a required analysis that succeeds ends the experiment before its duration',
    given(errorRate()),
    when(
      apply(
        experiment({
          templates: [trialTemplate('a', 'v1')],
          duration: '1h',
          analyses: [trialAnalysis('errors', 'a', required)],
        }),
      ),
    ),
    thenSee(said({ phase: 'Successful', message: 'Required AnalysisRuns completed' }), runs(['Successful'])),
    thenSee(event('AnalysisRunSuccessful', "AnalysisRun 'errors'", 'trial')),
  ),
  scenario(
    'an analysis of one template that fails ends the experiment, and the other runs with it',
    given(errorRate(), errorRate('latency', { count: 0 }), metrics({ error_rate: { v2: 0.5, v1: 0 } })),
    when(
      apply(
        experiment({
          templates: [trialTemplate('a', 'v1'), trialTemplate('b', 'v2')],
          analyses: [trialAnalysis('errors', 'b'), trialAnalysis('latency', 'a')],
        }),
      ),
    ),
    thenSee(said({ phase: 'Failed', message: /Metric "error_rate" assessed Failed/ })),
    thenSee(runs(['Failed'], 'errors'), runs(['Successful'], 'latency')),
    thenSee(object('AnalysisRun', 'trial-latency', { status: { message: /it ended with the experiment/ } })),
  ),
  scenario(
    'a template that is not available in time fails the experiment',
    when(apply(experiment({ templates: [trialTemplate('a', 'v2-unready')], progressDeadlineSeconds: 3 }))),
    thenSee(
      said({ phase: 'Failed', message: "Template 'a' exceeded its progressDeadlineSeconds (3)" }),
      event('TemplateFailed', 'exceeded its progressDeadlineSeconds', 'trial'),
    ),
    thenSee(setOf('trial-a', { spec: { replicas: 0 } })),
  ),
  scenario(
    'an experiment that a person ends early is Successful when its analyses had evidence',
    given(errorRate('errors', { count: 0 })),
    when(apply(experiment({ templates: [trialTemplate('a', 'v1')], analyses: [trialAnalysis('errors', 'a')] }))),
    thenSee(runs(['Running'])),
    thenSee(object('AnalysisRun', 'trial-errors', { status: { runSummary: { count: 1 } } })),
    stays(2, said({ phase: 'Running' })),
    when(patch('Experiment', 'trial', { spec: { terminate: true } })),
    thenSee(said({ phase: 'Successful', message: 'Experiment Terminated' })),
  ),
  scenario(
    'an experiment that a person ends before its metrics said anything has no verdict',
    given(errorRate('errors', { count: 0, initialDelay: '1h' })),
    when(apply(experiment({ templates: [trialTemplate('a', 'v1')], analyses: [trialAnalysis('errors', 'a')] }))),
    thenSee(runs(['Running'])),
    when(patch('Experiment', 'trial', { spec: { terminate: true } })),
    thenSee(said({ phase: 'Inconclusive' }), runs(['Inconclusive'])),
  ),
  scenario(
    'an experiment that was ended before its pods were there has no verdict',
    when(apply(experiment({ templates: [trialTemplate('a', 'v1-unready')], duration: '1s' }))),
    thenSee(said({ phase: 'Pending' })),
    when(patch('Experiment', 'trial', { spec: { terminate: true } })),
    thenSee(said({ phase: 'Inconclusive', message: /before all of its templates were available/ })),
    thenSee(setOf('trial-a', { spec: { replicas: 0 } })),
  ),
  scenario(
    'an analysis template that is missing holds an experiment back until it is there',
    when(
      apply(experiment({ templates: [trialTemplate('a', 'v1')], analyses: [trialAnalysis('errors', 'a', required)] })),
    ),
    during(
      [readyPods({ most: 0 })],
      thenSee(invalid(/^InvalidSpec: spec\.analyses\[0\]\.templateName: .*AnalysisTemplate "errors" does not exist/)),
      stays(3, said({ phase: 'Pending' })),
    ),
    when(apply(errorRate())),
    thenSee(said({ phase: 'Successful' })),
  ),
  scenario(
    'an experiment does not touch a Service of somebody else',
    given(service('mine')),
    when(apply(experiment({ templates: [trialTemplate('a', 'v1', { service: { name: 'mine' } })], duration: '1s' }))),
    thenSee(invalid(/spec\.templates\[0\]\.service\.name: .*exists and is not of this Experiment/)),
    when(remove('Service', 'mine')),
    thenSee(said({ phase: 'Successful' })),
  ),
  scenario(
    'pods that a route still sends requests to stay after the end of their experiment',
    given(route('probe', ['trial-a', 'elsewhere'])),
    when(apply(experiment({ templates: [trialTemplate('a', 'v1', { service: {} })], duration: '1s' }))),
    thenSee(said({ phase: 'Successful' })),
    stays(5, setOf('trial-a', { spec: { replicas: 2 } }), object('Service', 'trial-a')),
    when(remove('HTTPRoute', 'probe')),
    thenSee(setOf('trial-a', { spec: { replicas: 0 } }), gone('Service', 'trial-a')),
  ),
  scenario(
    'a retried experiment begins anew, with pods and a run of its own',
    given(errorRate(), metrics({ error_rate: 0.5 })),
    when(
      apply(experiment({ templates: [trialTemplate('a', 'v1')], analyses: [trialAnalysis('errors', 'a', required)] })),
    ),
    thenSee(said({ phase: 'Failed' }), setOf('trial-a', { spec: { replicas: 0 } })),
    when(metrics({ error_rate: 0 }), retried()),
    thenSee(
      said({
        phase: 'Successful',
        analysisRuns: [{ name: 'errors', analysisRun: 'trial-errors.1', phase: 'Successful' }],
      }),
    ),
  ),
  scenario(
    'a pod that goes in the middle comes back, and the experiment goes on',
    when(apply(experiment({ templates: [trialTemplate('a', 'v1')], duration: '6s' }))),
    thenSee(said({ phase: 'Running' })),
    when(patch('ReplicaSet', 'trial-a', { spec: { replicas: 1 } })),
    thenSee(setOf('trial-a', { spec: { replicas: 2 } })),
    thenSee(said({ phase: 'Successful' })),
  ),
  scenario(
    'what an experiment made goes with it',
    given(errorRate('errors', { count: 0 })),
    when(
      apply(
        experiment({
          templates: [trialTemplate('a', 'v1', { service: {} })],
          analyses: [trialAnalysis('errors', 'a')],
        }),
      ),
    ),
    thenSee(runs(['Running']), object('Service', 'trial-a')),
    when(remove('Experiment', 'trial')),
    thenSee(count('ReplicaSet', 0), count('AnalysisRun', 0), gone('Service', 'trial-a'), readyPods({ most: 0 })),
  ),
  scenario(
    'arguments name the pods and the times of the experiment',
    given(
      analysisTemplate('when', {
        args: [{ name: 'span' }, { name: 'set' }],
        metrics: [{ name: 'up', successCondition: 'true', provider: { prometheus: { query: 'up' } } }],
      }),
    ),
    when(
      apply(
        experiment({
          templates: [trialTemplate('a', 'v1')],
          duration: '3s',
          analyses: [
            {
              name: 'when',
              templateName: 'when',
              args: [
                { name: 'span', value: '{{experiment.availableAt}} {{experiment.finishedAt}}' },
                { name: 'set', value: '{{templates.a.replicaset.name}}' },
              ],
            },
          ],
        }),
      ),
    ),
    thenSee(
      expectation('the run has the times and the name', (world) => {
        const args = world.runs()[0]?.spec.args?.map(({ value }) => value) ?? [];
        const [, from = '', to = ''] = /^(\S+) (\S+)$/.exec(args[0] ?? '') ?? [];
        const right = Date.parse(to) - Date.parse(from) === 3000 && args[1] === 'trial-a';
        return right ? undefined : JSON.stringify(args);
      }),
    ),
    thenSee(said({ phase: 'Successful' })),
  ),
];
