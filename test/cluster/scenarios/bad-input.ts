import { begin, change, untilOnly, untilShare } from './canary.ts';
import { analysisOf, analysisTemplate, APP, podTemplate, rollout, route, routedCanary } from './manifests.ts';
import type { Reported } from './refusal.ts';
import { expectRefused, expectTrafficHeld, untilEvent, untilReported, untilValid } from './refusal.ts';
import type { Scenario } from './scenario.ts';
import { expectThat } from './scenario.ts';
import type { Stage } from './stage.ts';

const CANARY = 'spec.strategy.canary';
const V2 = { version: 'v2' } as const;
const REPLICAS = 2;
const STEPS: readonly object[] = [{ setWeight: 50 }, { pause: {} }];
const HALF = routedCanary(STEPS);
const JUDGED = routedCanary([...STEPS, { analysis: analysisOf('errors') }]);

/** Brings v2 to half of the traffic, where it waits for a person. */
async function beginHalf(stage: Stage, strategy: object = HALF): Promise<void> {
  await begin(stage, strategy, REPLICAS);
  await change(stage, V2, strategy, REPLICAS);
  await stage.untilStatus('it is Paused at one half', ({ phase }) => phase === 'Paused');
  await untilShare(stage, 'v2', 0.5);
}

/** The input is mended: the update must stand where it stood, and go on to its end when a person says so. */
async function finish(stage: Stage): Promise<void> {
  await untilValid(stage);
  await stage.untilStatus('it waits where it waited', ({ phase, currentStepIndex }) => {
    return phase === 'Paused' && currentStepIndex === 1;
  });
  await expectTrafficHeld(stage, 0.5);
  await stage.patchStatus({ pauseConditions: null });
  await promoted(stage);
}

async function promoted(stage: Stage): Promise<void> {
  await stage.untilStatus(
    'v2 is Healthy',
    ({ phase, stableRS, currentPodHash }) => phase === 'Healthy' && stableRS === currentPodHash,
  );
  await untilOnly(stage, 'v2');
}

/** What is edited into a Rollout that stands at one half: its strategy, or other parts of its spec. */
type Edit = Readonly<{ strategy?: object; more?: object }>;

/** A story of an edit in mid-step that only the controller can find wrong. */
function reported(id: string, name: string, editOf: () => Edit, report: Reported): Scenario {
  return {
    id,
    name: `bad input: ${name}`,
    async play(stage) {
      const { strategy = HALF, more = {} } = editOf();
      await beginHalf(stage);
      await change(stage, V2, strategy, REPLICAS, more);
      await untilReported(stage, report);
      await expectTrafficHeld(stage, 0.5);
      await change(stage, V2, HALF, REPLICAS);
      await finish(stage);
    },
  };
}

/** An edit that the API server refuses, and words of its refusal. */
type RefusedEdit = Readonly<{ edit: Edit; said: readonly string[] }>;

/** A story of edits in mid-step that the API server refuses. */
function refused(id: string, name: string, edits: readonly RefusedEdit[]): Scenario {
  return {
    id,
    name: `bad input: ${name}`,
    async play(stage) {
      await beginHalf(stage);
      for (const { edit, said } of edits) {
        const { strategy = HALF, more = {} } = edit;
        const wrong = rollout(stage.namespace, { replicas: REPLICAS, version: V2, strategy, more });
        await expectRefused(stage, wrong, ...said);
      }
      await expectTrafficHeld(stage, 0.5);
      await finish(stage);
    },
  };
}

const withSteps = (...steps: readonly object[]): Edit => ({ strategy: routedCanary([...STEPS, ...steps]) });

/** The template of v2 with other labels of its pods. */
const labelled = (labels: object): object => ({ template: { ...podTemplate(V2), metadata: { labels } } });

const WITH_TIER = {
  selector: { matchLabels: { app: APP }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['front'] }] },
};

/** A selector that the API server's rules can hold against the template by its labels, and one that only we can. */
const selectorStory: Scenario = {
  id: 'bad-selector',
  name: 'bad input: selector that does not match the template',
  async play(stage) {
    const tier = (value: string): object => labelled({ app: APP, tier: value });
    const more = (version: string, value: string): object => {
      const template = { ...podTemplate({ version }), metadata: { labels: { app: APP, tier: value } } };
      return { ...WITH_TIER, template };
    };
    await begin(stage, HALF, REPLICAS, more('v1', 'front'));
    await change(stage, V2, HALF, REPLICAS, more('v2', 'front'));
    await untilShare(stage, 'v2', 0.5);
    const foreign = { ...WITH_TIER, ...labelled({ app: 'other', tier: 'front' }) };
    const wrong = rollout(stage.namespace, { replicas: REPLICAS, version: V2, strategy: HALF, more: foreign });
    await expectRefused(stage, wrong, 'spec.template: Invalid value: ', 'selector');
    await change(stage, V2, HALF, REPLICAS, { ...WITH_TIER, ...tier('back') });
    await untilReported(stage, {
      path: 'spec.template.metadata.labels',
      remedy: 'give the pods the labels that it asks for',
    });
    await expectTrafficHeld(stage, 0.5);
    await change(stage, V2, HALF, REPLICAS, more('v2', 'front'));
    await finish(stage);
  },
};

const routeStory: Scenario = {
  id: 'bad-backends',
  name: 'bad input: route without the two backends',
  async play(stage) {
    const { namespace, host } = stage;
    await begin(stage, HALF, REPLICAS);
    await stage.apply(route(namespace, host, [`${APP}-stable`]));
    await change(stage, V2, HALF, REPLICAS);
    const path = `${CANARY}.trafficRouting`;
    await untilReported(stage, { path, remedy: `add backendRefs for "${APP}-stable" and "${APP}-canary" to one rule` });
    await expectTrafficHeld(stage, 0);
    await stage.apply(route(namespace, host, [`${APP}-stable`, `${APP}-canary`]));
    await stage.untilStatus('it is Paused at one half', ({ phase }) => phase === 'Paused');
    await finish(stage);
  },
};

const argumentStory: Scenario = {
  id: 'bad-argument',
  name: 'bad input: unresolved analysis argument',
  async play(stage) {
    await stage.apply(analysisTemplate(stage.namespace, 'errors'));
    const wrong = routedCanary([...STEPS, { analysis: { templates: [{ templateName: 'errors' }] } }]);
    await begin(stage, JUDGED, REPLICAS);
    await change(stage, V2, wrong, REPLICAS);
    const report = { path: `${CANARY}.steps[2].analysis.args`, remedy: 'give it a value here or in the template' };
    await untilReported(stage, report);
    await expectTrafficHeld(stage, 0);
    await change(stage, V2, JUDGED, REPLICAS);
    await stage.untilStatus('it is Paused at one half', ({ phase }) => phase === 'Paused');
    await finish(stage);
  },
};

const conditionStory: Scenario = {
  id: 'bad-condition',
  name: 'bad input: unparsable condition',
  async play(stage) {
    const template = (more: object): ReturnType<typeof analysisTemplate> =>
      analysisTemplate(stage.namespace, 'errors', more);
    await stage.apply(template({}));
    await beginHalf(stage, JUDGED);
    await stage.apply(template({ successCondition: 'result[0] <=' }));
    const path = `${CANARY}.steps[2].analysis: metric "errors".successCondition`;
    await untilReported(stage, { path, remedy: 'write a condition such as result[0] <= 0.05' });
    await expectTrafficHeld(stage, 0.5);
    await stage.apply(template({}));
    await finish(stage);
  },
};

/** Nobody answers at the address: told at the first error while the split holds, and again when the limit is broken. */
const prometheusStory: Scenario = {
  id: 'bad-prometheus',
  name: 'bad input: unreachable Prometheus',
  async play(stage) {
    const strategy = routedCanary([{ setWeight: 50 }, { analysis: analysisOf('errors') }]);
    const limits = { initialDelay: '1s', consecutiveErrorLimit: 1 };
    const nowhere = 'http://prometheus-typo.monitoring.svc:9090';
    const cause = { path: 'provider.prometheus.address', remedy: 'correct it, or create that Service' };
    await stage.apply(analysisTemplate(stage.namespace, 'errors', limits, nowhere));
    await begin(stage, strategy, REPLICAS);
    await change(stage, V2, strategy, REPLICAS);
    await untilEvent(stage, cause, 'MetricNoEvidence');
    await untilShare(stage, 'v2', 0.5);
    await expectTrafficHeld(stage, 0.5);
    const { message = '', conditions = [] } = await stage.untilStatus(
      'it is aborted',
      ({ abort, phase }) => abort === true && phase === 'Degraded',
    );
    const condition = conditions.find(({ type, status }) => type === 'Progressing' && status === 'False');
    for (const text of [message, condition?.message ?? '']) {
      const told = text.includes(`${cause.path}: `) && text.includes(cause.remedy) && text.includes('no evidence');
      expectThat(told, `field, remedy and "no evidence" are not in: ${text}`);
    }
    await untilEvent(stage, cause, 'RolloutAborted');
    await untilOnly(stage, 'v1');
    await expectTrafficHeld(stage, 0);
    await stage.apply(analysisTemplate(stage.namespace, 'errors'));
    await stage.patchStatus({ abort: false });
    await promoted(stage);
  },
};

const EXISTS = 'create it, or name one that exists';
const OTHER_ROUTE = { trafficRouting: { gatewayAPI: { httpRoute: 'absent' } } };

/** The pods of v2 as no ReplicaSet may have them. */
function neverRestarted(): Edit {
  const template = podTemplate(V2) as Readonly<{ spec: object }>;
  return { more: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } } };
}

/** Input that is wrong: refused with its path, or told by condition and event; nothing moves, and mending it goes on. */
export const badInputScenarios: readonly Scenario[] = [
  prometheusStory,
  reported('bad-step', 'unknown step', () => withSteps({ setWieght: 75 }), {
    path: `${CANARY}.steps[2].setWieght`,
    remedy: 'check the spelling or remove it',
  }),
  refused('bad-weight', 'weight outside 0 to 100', [
    {
      edit: withSteps({ setWeight: 120 }),
      // The bound is that of trafficRouting, so the rule stands above the steps, where no path can tell which one it is.
      said: [`${CANARY}.steps: Invalid value: `, 'setWeight must be 0 to 100'],
    },
    {
      edit: withSteps({ setWeight: 100 }, { setWeight: -5 }),
      said: [`${CANARY}.steps[3].setWeight: Invalid value: `, 'greater than or equal to 0'],
    },
  ]),
  refused('bad-strategies', 'both strategies', [
    {
      edit: { strategy: { ...HALF, blueGreen: { activeService: `${APP}-stable` } } },
      said: ['spec.strategy: Invalid value: ', 'exactly one'],
    },
  ]),
  reported(
    'bad-service',
    'missing Service',
    () => ({ strategy: routedCanary(STEPS, { canaryService: `${APP}-absent` }) }),
    { path: `${CANARY}.canaryService`, remedy: EXISTS },
  ),
  reported('bad-route', 'missing route', () => ({ strategy: routedCanary(STEPS, OTHER_ROUTE) }), {
    path: `${CANARY}.trafficRouting`,
    remedy: EXISTS,
  }),
  routeStory,
  selectorStory,
  reported('bad-template', 'template that the API server refuses', neverRestarted, {
    path: 'spec.template',
    remedy: 'correct the template',
  }),
  argumentStory,
  conditionStory,
];
