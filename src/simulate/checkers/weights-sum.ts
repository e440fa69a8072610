import { rawBackends } from './revisions.ts';
import type { Checker } from './checker.ts';

/** S3: the weights that we write sum to 100, or to maxTrafficWeight, and none is negative. */
export const weightsSum: Checker = {
  id: 'S3',
  judge({ call, after }) {
    if (call.resource.plural !== 'httproutes') return [];
    const weights = rawBackends(after).map(({ weight = 1 }) => weight);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const routing = after.rollout?.spec.strategy?.canary?.trafficRouting;
    // A route that the spec has left keeps the total that it had: all of it is stable's then.
    const total = routing === undefined ? sum : (routing.maxTrafficWeight ?? 100);
    const odd = sum !== total || weights.some((weight) => weight < 0);
    return odd ? [`the weights of the route are ${weights.join(' and ')}`] : [];
  },
};
