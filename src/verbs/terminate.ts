import type { AnalysisPhase } from '../api/analysis.ts';
import type { Operation } from './decision.ts';

/** An AnalysisRun or an Experiment, as far as it is ended. */
export type Endable = Readonly<{
  metadata: Readonly<{ name: string; uid?: string }>;
  spec?: Readonly<{ terminate?: boolean }>;
  status?: Readonly<{ phase?: AnalysisPhase }>;
}>;

/** What ending a run comes to: operations for the object itself, or why there is nothing to do. */
export type Ending =
  | Readonly<{ kind: 'Write'; operations: readonly Operation[]; says: string }>
  | Readonly<{ kind: 'Already'; why: string }>;

const FINISHED: ReadonlySet<string> = new Set(['Successful', 'Failed', 'Error', 'Inconclusive']);

/** Ends a run or an experiment: it gets the verdict that its measurements so far are worth. */
export function terminate({ metadata, spec, status }: Endable): Ending {
  const phase = status?.phase ?? 'Pending';
  if (FINISHED.has(phase)) return { kind: 'Already', why: `it has ended already: ${phase}` };
  if (spec?.terminate === true) return { kind: 'Already', why: 'it was asked to end already' };
  const uid: readonly Operation[] =
    metadata.uid === undefined ? [] : [{ op: 'test', path: '/metadata/uid', value: metadata.uid }];
  return {
    kind: 'Write',
    operations: [...uid, { op: 'add', path: '/spec/terminate', value: true }],
    says: `asked to end; it was ${phase}`,
  };
}
