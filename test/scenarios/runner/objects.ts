import type { KubeObject } from '../../../src/kube/resource.ts';
import { PROMETHEUS } from './metrics.ts';

/** Any part of a spec: scenarios also write what the types refuse. */
export type Spec = Readonly<Record<string, unknown>>;

/** The Gateway that every route hangs on. */
export const GATEWAY = { name: 'gateway', namespace: 'gateways' } as const;

/** The image of a version; its tag says how its pods behave. */
export const imageOf = (version: string): string => `docker.io/sluice/demo:${version}`;

/** A step that sets the weight. */
export const setWeight = (weight: number): Spec => ({ setWeight: weight });

/** A step that waits so many seconds; for ever without a number. */
export const pause = (seconds?: number | string): Spec => ({
  pause: seconds === undefined ? {} : { duration: seconds },
});

/** A step with an analysis by these templates, which are told the hash of the new version. */
export const analysisStep = (...templates: readonly string[]): Spec => ({ analysis: analysisOf(...templates) });

/** What `analysis`, `prePromotionAnalysis` … hold: these templates, told the hash of the new version. */
export function analysisOf(...templates: readonly string[]): Spec {
  return {
    templates: templates.map((templateName) => ({ templateName })),
    args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
  };
}

/** A canary without traffic routing: pods follow the weights. */
export const canary = (steps: readonly Spec[], more: Spec = {}): Spec => ({ canary: { steps, ...more } });

/** A canary whose weights stand in the HTTPRoute `web`; old pods go 2 s after the end or the abort. */
export function routedCanary(steps: readonly Spec[], more: Spec = {}): Spec {
  return {
    canary: {
      steps,
      canaryService: 'web-canary',
      stableService: 'web-stable',
      trafficRouting: { gatewayAPI: { httpRoute: 'web' } },
      scaleDownDelaySeconds: 2,
      abortScaleDownDelaySeconds: 2,
      ...more,
    },
  };
}

/** Blue-green between `web-active` and `web-preview`; old pods go 2 s after the switch or the abort. */
export function blueGreen(more: Spec = {}): Spec {
  return {
    blueGreen: {
      activeService: 'web-active',
      previewService: 'web-preview',
      scaleDownDelaySeconds: 2,
      abortScaleDownDelaySeconds: 2,
      ...more,
    },
  };
}

/** A pod template of the demo application in a version. */
export function podTemplate(version: string, app = 'web', env: Readonly<Record<string, string>> = {}): Spec {
  const all = { DRAIN_SECONDS: '0', ...env };
  return {
    metadata: { labels: { app } },
    spec: {
      containers: [
        {
          name: 'app',
          image: imageOf(version),
          env: Object.entries(all).map(([name, value]) => ({ name, value })),
          ports: [{ containerPort: 8080 }],
        },
      ],
    },
  };
}

/** A Rollout `web` of 5 replicas in version v1; `more` overrides the spec, `name` names it otherwise. */
export function rollout(strategy: Spec, more: Spec = {}, name = 'web'): KubeObject {
  const made = {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name },
    spec: {
      replicas: 5,
      selector: { matchLabels: { app: name } },
      template: podTemplate('v1', name),
      strategy,
      ...more,
    },
  };
  return made;
}

/** A Service that selects the pods of an application; the controller adds the revision. */
export function service(name: string, app = 'web', more: Spec = {}): KubeObject {
  const made = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }], ...more },
  };
  return made;
}

/** An HTTPRoute with one rule that sends to these Services, everything to the first. */
export function route(name: string, services: readonly string[], more: Spec = {}): KubeObject {
  const backendRefs = services.map((backend, index) => ({ name: backend, port: 80, weight: index === 0 ? 100 : 0 }));
  const made = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name },
    spec: { parentRefs: [GATEWAY], hostnames: [`${name}.example`], rules: [{ backendRefs }], ...more },
  };
  return made;
}

/** A template of one metric `error_rate` (or another): measured once a second, `count` times, at most 5 % is good. */
export function errorRate(name = 'errors', more: Spec = {}, metric = 'error_rate'): KubeObject {
  const measured = {
    name: metric,
    interval: '1s',
    count: 3,
    successCondition: 'result[0] <= 0.05',
    provider: { prometheus: { address: PROMETHEUS, query: `${metric}{hash="{{args.hash}}"}` } },
    ...more,
  };
  return analysisTemplate(name, { args: [{ name: 'hash' }], metrics: [measured] });
}

/** An AnalysisTemplate with this spec. */
export function analysisTemplate(name: string, spec: Spec): KubeObject {
  const made = { apiVersion: 'sluice.dev/v1alpha1', kind: 'AnalysisTemplate', metadata: { name }, spec };
  return made;
}

type Named = Readonly<{
  canary?: Readonly<{
    canaryService?: string;
    stableService?: string;
    pingPong?: Readonly<{ pingService: string; pongService: string }>;
    trafficRouting?: Readonly<{ gatewayAPI?: Readonly<{ httpRoute?: string }> }>;
  }>;
  blueGreen?: Readonly<{ activeService?: string; previewService?: string }>;
}>;

/** The Services and the route that a Rollout names. */
export function surroundingsOf(object: KubeObject): readonly KubeObject[] {
  const { strategy = {}, selector } =
    (
      object as KubeObject & {
        spec?: { strategy?: Named; selector?: { matchLabels?: { app?: string } } };
      }
    ).spec ?? {};
  const app = selector?.matchLabels?.app ?? object.metadata.name;
  const { canary: one = {}, blueGreen: two = {} } = strategy;
  const { pingPong } = one;
  const pair =
    pingPong === undefined ? [one.stableService, one.canaryService] : [pingPong.pingService, pingPong.pongService];
  const present = (names: readonly (string | undefined)[]): readonly string[] =>
    names.filter((name) => name !== undefined);
  const services = present([...pair, two.activeService, two.previewService]);
  const routeName = one.trafficRouting?.gatewayAPI?.httpRoute;
  return [
    ...services.map((name) => service(name, app)),
    ...(routeName === undefined ? [] : [route(routeName, present(pair))]),
  ];
}

/** A template of an Experiment: pods `app: <name>` of a version, 2 of them where nothing else is said. */
export function trialTemplate(name: string, version: string, more: Spec = {}): Spec {
  return { name, replicas: 2, selector: { matchLabels: { app: name } }, template: podTemplate(version, name), ...more };
}

/** An Experiment `trial` on its own; its pods go 2 s after its end. */
export function experiment(spec: Spec, name = 'trial'): KubeObject {
  const made = {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Experiment',
    metadata: { name },
    spec: { scaleDownDelaySeconds: 2, ...spec },
  };
  return made;
}

/** A step that runs an experiment with a template of each revision; its pods go 2 s after its end. */
export function experimentStep(spec: Spec = {}): Spec {
  const templates = [
    { name: 'baseline', specRef: 'stable' },
    { name: 'trial', specRef: 'canary' },
  ];
  return { experiment: { templates, scaleDownDelaySeconds: 2, ...spec } };
}

/** An analysis of an experiment by one template, which is told the hash of one of its templates. */
export function trialAnalysis(templateName: string, of: string, more: Spec = {}): Spec {
  const args = [{ name: 'hash', value: `{{templates.${of}.podTemplateHash}}` }];
  return { name: templateName, templateName, args, ...more };
}
