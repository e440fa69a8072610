import type { CanaryStrategy } from '../../../src/api/canary.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
import type { TrafficRouting } from '../../../src/api/traffic-routing.ts';
import { canary, ROUTED, routed } from '../rollouts.ts';
import { row } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const CANARY = 'spec.strategy.canary';
const ROUTING = `${CANARY}.trafficRouting`;

const withRouting = (trafficRouting: TrafficRouting, more: CanaryStrategy = {}): Rollout =>
  canary({ canaryService: 'c', stableService: 's', trafficRouting, ...more });

/** Of the canary strategy. */
export const STRATEGY: readonly Refusal[] = [
  row(
    'an update needs room to move',
    canary({ maxSurge: 0, maxUnavailable: '0%' }),
    `${CANARY}.maxSurge`,
    'RoomToMove',
    `${CANARY}.maxSurge`,
  ),
  row(
    'maxSurge must be readable',
    canary({ maxSurge: 'some' }),
    `${CANARY}.maxSurge`,
    'CountOrPercent',
    `${CANARY}.maxSurge`,
  ),
  row(
    'maxUnavailable cannot be negative',
    canary({ maxUnavailable: -1 }),
    `${CANARY}.maxUnavailable`,
    'CountOrPercent',
    `${CANARY}.maxUnavailable`,
  ),
  row(
    'canary and stable pods need a Service each',
    canary({ canaryService: 'web', stableService: 'web' }),
    `${CANARY}.canaryService`,
    'DifferentServices',
    `${CANARY}.canaryService`,
  ),
  row(
    'a router needs a stable Service',
    canary({ canaryService: 'c', trafficRouting: { nginx: { stableIngress: 'web' } } }),
    `${CANARY}.stableService`,
    'ServicesRequired',
  ),
  row(
    'Istio without subsets needs a canary Service',
    canary({ stableService: 's', trafficRouting: { istio: { virtualService: { name: 'web' } } } }),
    `${CANARY}.canaryService`,
    'ServicesRequired',
  ),
  row(
    'pingPong works with few routers',
    withRouting(
      { nginx: { stableIngress: 'web' } },
      {
        pingPong: { pingService: 'a', pongService: 'b' },
      },
    ),
    `${CANARY}.pingPong`,
    'PingPongRouter',
  ),
  row(
    'pingPong needs two Services',
    withRouting({ gatewayAPI: { httpRoute: 'web' } }, { pingPong: { pingService: 'a', pongService: 'a' } }),
    `${CANARY}.pingPong.pongService`,
    'PingPongServices',
    `${CANARY}.pingPong`,
  ),
  row(
    'pingPong needs a name for both',
    withRouting({ gatewayAPI: { httpRoute: 'web' } }, { pingPong: { pingService: '', pongService: 'a' } }),
    `${CANARY}.pingPong.pingService`,
    'PingPongServices',
  ),
  row(
    'pingPong on ALB needs the root Service',
    withRouting({ alb: { ingress: 'web', servicePort: 80 } }, { pingPong: { pingService: 'a', pongService: 'b' } }),
    `${ROUTING}.alb.rootService`,
    'PingPongRootService',
  ),
  row(
    'a scale-down delay has a meaning only with a router',
    canary({ scaleDownDelaySeconds: 30 }),
    `${CANARY}.scaleDownDelaySeconds`,
    'DelayNeedsRouting',
    `${CANARY}.scaleDownDelaySeconds`,
  ),
  row(
    'a dynamic stable version needs a router',
    canary({ dynamicStableScale: true }),
    `${CANARY}.dynamicStableScale`,
    'DynamicNeedsRouting',
    `${CANARY}.dynamicStableScale`,
  ),
  row(
    'a dynamic stable version leaves nothing to delay',
    canary({ ...ROUTED, dynamicStableScale: true, scaleDownDelaySeconds: 30 }),
    `${CANARY}.scaleDownDelaySeconds`,
    'DelayOrDynamic',
    `${CANARY}.dynamicStableScale`,
  ),
  row(
    'most routers reckon with a maximum of 100',
    withRouting({ istio: { virtualService: { name: 'web' } }, maxTrafficWeight: 1000 }),
    `${ROUTING}.maxTrafficWeight`,
    'MaxWeightRouter',
  ),
  row(
    'the maximum of weights is at least 1',
    withRouting({ nginx: { stableIngress: 'web' }, maxTrafficWeight: 0 }),
    `${ROUTING}.maxTrafficWeight`,
    'MaxWeight',
    `${ROUTING}.maxTrafficWeight`,
  ),
  row(
    'a backendRef takes no weight above 1000000',
    withRouting({ gatewayAPI: { httpRoute: 'web' }, maxTrafficWeight: 1_000_001 }),
    `${ROUTING}.maxTrafficWeight`,
    'MaxWeight',
  ),
  row(
    'anti-affinity cannot be preferred and required at once',
    canary({
      antiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: { weight: 1 },
        requiredDuringSchedulingIgnoredDuringExecution: {},
      },
    }),
    `${CANARY}.antiAffinity`,
    'OneAntiAffinity',
    `${CANARY}.antiAffinity`,
  ),
  row(
    'an anti-affinity weighs 1 to 100',
    canary({ antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 101 } } }),
    `${CANARY}.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution.weight`,
    'AffinityWeight',
    `${CANARY}.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution.weight`,
  ),
  row(
    'a background analysis cannot start after the last step',
    routed([{ setWeight: 10 }], { analysis: { templates: [{ templateName: 'x' }], startingStep: 1 } }),
    `${CANARY}.analysis.startingStep`,
    'StartingStep',
  ),
  row(
    'only one plugin is served',
    withRouting({ plugins: { 'acme/router': {} } }),
    `${ROUTING}.plugins["acme/router"]`,
    'UnknownPlugin',
  ),
  row(
    'the Gateway API block needs a route',
    withRouting({ gatewayAPI: {} }),
    `${ROUTING}.gatewayAPI.httpRoute`,
    'RouteRequired',
  ),
  row(
    'a route is named once',
    withRouting({ gatewayAPI: { httpRoutes: [{ name: 'web' }, { name: 'web' }] } }),
    `${ROUTING}.gatewayAPI.httpRoutes[1].name`,
    'RouteTwice',
  ),
  row(
    'the plugin block is checked although the CRD does not know it',
    withRouting({ plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 7 } } }),
    `${ROUTING}.plugins["argoproj-labs/gatewayAPI"].httpRoute`,
    'RouteName',
  ),
  row(
    'the Gateway API block stands in one place',
    withRouting({ gatewayAPI: { httpRoute: 'web' }, plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'web' } } }),
    `${ROUTING}.gatewayAPI`,
    'OneGatewayApiBlock',
  ),
];
