import type { CanaryStep, CanaryStrategy } from '../../../src/api/canary.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
import type { TrafficRouting } from '../../../src/api/traffic-routing.ts';
import { canary, ROUTED, routed } from '../rollouts.ts';
import { row } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const CANARY = 'spec.strategy.canary';
const STEP = `${CANARY}.steps[0]`;

const step = (value: CanaryStep, more: CanaryStrategy = {}): Rollout => routed([value], more);
const header = (value: NonNullable<CanaryStep['setHeaderRoute']>): CanaryStep => ({ setHeaderRoute: value });
const managed: TrafficRouting = { gatewayAPI: { httpRoute: 'web' }, managedRoutes: [{ name: 'beta' }] };
const nginx: TrafficRouting = { nginx: { stableIngress: 'web' } };

type Experiment = NonNullable<CanaryStep['experiment']>;
const experiment = (value: Partial<Experiment>): CanaryStep => ({
  experiment: { templates: [{ name: 'a', specRef: 'stable' }], ...value },
});
const WITH_PORT = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }] },
};
const TEMPLATES = `${STEP}.experiment.templates`;
const ANALYSES = `${STEP}.experiment.analyses`;

/** Of single steps. */
export const STEPS: readonly Refusal[] = [
  row('a step must ask for something', step({}), STEP, 'StepKind', `${CANARY}.steps[0]`),
  row(
    'a weight and a pause are two steps',
    step({ setWeight: 10, pause: {} }),
    STEP,
    'OneStepKind',
    `${CANARY}.steps[0]`,
  ),
  row(
    'a pause and an analysis are two steps',
    step({ pause: {}, analysis: { templates: [{ templateName: 'x' }] } }),
    STEP,
    'OneStepKind',
    `${CANARY}.steps[0]`,
  ),
  row('a weight is at most 100', step({ setWeight: 101 }), `${STEP}.setWeight`, 'WeightInRange', `${CANARY}.steps`),
  row(
    'a weight is not negative',
    step({ setWeight: -1 }),
    `${STEP}.setWeight`,
    'WeightInRange',
    `${CANARY}.steps[0].setWeight`,
  ),
  row(
    'a weight is at most maxTrafficWeight',
    step({ setWeight: 1001 }, { trafficRouting: { ...nginx, maxTrafficWeight: 1000 } }),
    `${STEP}.setWeight`,
    'WeightInRange',
    `${CANARY}.steps`,
  ),
  row(
    'a pause must be readable',
    step({ pause: { duration: 'a while' } }),
    `${STEP}.pause.duration`,
    'PauseDuration',
    `${CANARY}.steps[0].pause.duration`,
  ),
  row(
    'a pause cannot be negative',
    step({ pause: { duration: '-5s' } }),
    `${STEP}.pause.duration`,
    'PauseDuration',
    `${CANARY}.steps[0].pause.duration`,
  ),
  row('an inline analysis needs a template', step({ analysis: {} }), `${STEP}.analysis.templates`, 'TemplateRequired'),
  row(
    'a template is named',
    step({ analysis: { templates: [{ clusterScope: true }] } }),
    `${STEP}.analysis.templates[0].templateName`,
    'TemplateName',
  ),
  row(
    'an argument has one source',
    step({
      analysis: {
        templates: [{ templateName: 'x' }],
        args: [{ name: 'a', value: 'v', valueFrom: { podTemplateHashValue: 'Latest' } }],
      },
    }),
    `${STEP}.analysis.args[0]`,
    'OneArgumentSource',
    `${CANARY}.steps[0].analysis.args[0]`,
  ),
  row(
    'a field reference leads to metadata that exists',
    step({
      analysis: {
        templates: [{ templateName: 'x' }],
        args: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: "metadata.labels['team']" } } }],
      },
    }),
    `${STEP}.analysis.args[0].valueFrom.fieldRef.fieldPath`,
    'FieldExists',
  ),
  row(
    'setCanaryScale has a meaning only with a router',
    canary({ steps: [{ setCanaryScale: { replicas: 1 } }] }),
    `${STEP}.setCanaryScale`,
    'ScaleNeedsRouting',
    `${CANARY}.steps`,
  ),
  row(
    'setCanaryScale holds one size',
    step({ setCanaryScale: { replicas: 1, weight: 10 } }),
    `${STEP}.setCanaryScale`,
    'OneScale',
    `${CANARY}.steps[0].setCanaryScale`,
  ),
  row(
    'a declared size cannot be negative',
    step({ setCanaryScale: { replicas: -1 } }),
    `${STEP}.setCanaryScale.replicas`,
    'ScaleNotNegative',
    `${CANARY}.steps[0].setCanaryScale.replicas`,
  ),
  row(
    'a header route needs a router that can',
    step(header({ name: 'beta' }), { trafficRouting: { ...nginx, managedRoutes: [{ name: 'beta' }] } }),
    `${STEP}.setHeaderRoute`,
    'RouteRouter',
  ),
  row(
    'a header route needs a name',
    step(header({}), { trafficRouting: managed }),
    `${STEP}.setHeaderRoute.name`,
    'RouteName',
  ),
  row(
    'a header route must be a managed one',
    step(header({ name: 'alpha' }), { trafficRouting: managed }),
    `${STEP}.setHeaderRoute.name`,
    'RouteManaged',
  ),
  row(
    'a header matches in one way',
    step(header({ name: 'beta', match: [{ headerName: 'x', headerValue: { exact: 'a', prefix: 'b' } }] }), {
      trafficRouting: managed,
    }),
    `${STEP}.setHeaderRoute.match[0].headerValue`,
    'OneMatch',
    `${CANARY}.steps[0].setHeaderRoute.match[0].headerValue`,
  ),
  row(
    'ALB matches headers only exactly',
    step(header({ name: 'beta', match: [{ headerName: 'x', headerValue: { regex: 'a' } }] }), {
      trafficRouting: { alb: { ingress: 'web', servicePort: 80 }, managedRoutes: [{ name: 'beta' }] },
    }),
    `${STEP}.setHeaderRoute.match[0].headerValue`,
    'ExactOnly',
  ),
  row(
    'a mirror route needs a router that can',
    step(
      { setMirrorRoute: { name: 'beta' } },
      { trafficRouting: { alb: { ingress: 'web', servicePort: 80 }, managedRoutes: [{ name: 'beta' }] } },
    ),
    `${STEP}.setMirrorRoute`,
    'RouteRouter',
  ),
  row(
    'a mirrored path matches in one way',
    step({ setMirrorRoute: { name: 'beta', match: [{ path: {} }] } }, { trafficRouting: managed }),
    `${STEP}.setMirrorRoute.match[0].path`,
    'OneMatch',
    `${CANARY}.steps[0].setMirrorRoute.match[0].path`,
  ),
  row(
    "an experiment's weight needs a router that can",
    canary({
      steps: [{ experiment: { templates: [{ name: 'a', specRef: 'stable', weight: 5 }] } }],
    }),
    `${STEP}.experiment.templates[0].weight`,
    'ExperimentRouter',
  ),
  row('an experiment has templates', step(experiment({ templates: [] })), TEMPLATES, 'TemplateRequired'),
  row(
    'the templates of an experiment have names of their own',
    step(
      experiment({
        templates: [
          { name: 'a', specRef: 'stable' },
          { name: 'a', specRef: 'canary' },
        ],
      }),
    ),
    `${TEMPLATES}[1].name`,
    'NameTwice',
  ),
  row(
    'a template of an experiment has a name',
    step(experiment({ templates: [{ name: '', specRef: 'stable' }] })),
    `${TEMPLATES}[0].name`,
    'NameRequired',
  ),
  row(
    'a Service of an experiment needs a port',
    step(experiment({ templates: [{ name: 'a', specRef: 'stable', service: {} }] })),
    `${TEMPLATES}[0].service`,
    'ServiceNeedsPorts',
  ),
  row(
    'the duration of an experiment can be read',
    step(experiment({ duration: 'soon' })),
    `${STEP}.experiment.duration`,
    'Duration',
  ),
  row(
    'the analyses of an experiment have names of their own',
    step(
      experiment({
        analyses: [
          { name: 'x', templateName: 't' },
          { name: 'x', templateName: 'u' },
        ],
      }),
    ),
    `${ANALYSES}[1].name`,
    'NameTwice',
  ),
  row(
    'the weights of an experiment and of the canary are at most 100',
    canary(
      {
        ...ROUTED,
        steps: [{ setWeight: 90 }, experiment({ templates: [{ name: 'a', specRef: 'stable', weight: 11 }] })],
      },
      { template: WITH_PORT },
    ),
    `${CANARY}.steps[1].experiment.templates`,
    'WeightsFit',
  ),
];
