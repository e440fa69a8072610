import { backendsOf } from './revisions.ts';
import type { Checker } from './checker.ts';

/** S3: the weights that we write sum to 100, and none is negative. */
export const weightsSum: Checker = {
  id: 'S3',
  judge({ call, after }) {
    if (call.resource.plural !== 'httproutes') return [];
    const weights = backendsOf(after).map(({ weight }) => weight);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const odd = sum !== 100 || weights.some((weight) => weight < 0);
    return odd ? [`the weights of the route are ${weights.join(' and ')}`] : [];
  },
};
