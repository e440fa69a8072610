import type { Endable, Ending } from './terminate.ts';
import type { Operation } from './decision.ts';

/**
 * Starts a finished experiment again by emptying its status. Only one that failed, erred or came to no verdict: a test
 * on the phase keeps a second retry from emptying what the first one began.
 */
export function retryExperiment({ metadata, status }: Endable): Ending {
  const phase = status?.phase ?? 'Pending';
  if (phase !== 'Failed' && phase !== 'Error' && phase !== 'Inconclusive') {
    return { kind: 'Already', why: `there is nothing to retry: it is ${phase}` };
  }
  const uid: readonly Operation[] =
    metadata.uid === undefined ? [] : [{ op: 'test', path: '/metadata/uid', value: metadata.uid }];
  return {
    kind: 'Write',
    operations: [...uid, { op: 'test', path: '/status/phase', value: phase }, { op: 'remove', path: '/status' }],
    says: `starts again; it was ${phase}`,
  };
}
