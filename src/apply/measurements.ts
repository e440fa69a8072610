import type { AnalysisRun } from '../api/analysis.ts';
import type { ReadingAnswer } from '../api/reading.ts';
import type { Answers } from '../kube/answers.ts';
import { MEASURE_PREFIX } from '../observe/observe-analysis-run.ts';
import type { MeasureParts } from './measure.ts';
import { measure } from './measure.ts';

/** A measurement under way. */
export type InFlight = Readonly<{ metric: string; ordinal: number }>;

/** Takes measurements beside the passes: none ever waits for one. */
export interface Measurements {
  /** Begins a measurement unless it is under way; its reading becomes an answer, which queues the run. */
  start(run: AnalysisRun, metric: string, ordinal: number): void;
  /** Ends those of a run that is over. */
  cancel(uid: string): void;
  inFlight(uid: string): readonly InFlight[];
  /** Ends all of them. */
  stop(): void;
}

/** What measurements are taken with. */
export type MeasurementParts = MeasureParts &
  Readonly<{
    answers: Answers;
    /** Told how long a measurement took and how it ended, for counters. */
    onMeasured?: (outcome: 'Value' | 'NoEvidence', milliseconds: number) => void;
  }>;

/** Measurements that end with the process: what was not answered is asked again by the next one. */
export function createMeasurements(parts: MeasurementParts): Measurements {
  const running = new Map<string, Map<string, AbortController>>();
  const keyOf = (metric: string, ordinal: number): string => `${ordinal}/${metric}`;

  const begin = async (run: AnalysisRun, metric: string, ordinal: number, signal: AbortSignal): Promise<void> => {
    const { uid = '', namespace = '', name } = run.metadata;
    const startedAt = parts.clock.now();
    const reading = await measure(parts, run, metric, ordinal, signal);
    running.get(uid)?.delete(keyOf(metric, ordinal));
    if (signal.aborted) return;
    const finishedAt = parts.clock.now();
    parts.onMeasured?.(reading.kind === 'NoEvidence' ? 'NoEvidence' : 'Value', finishedAt - startedAt);
    const answer: ReadingAnswer = { startedAt, finishedAt, reading };
    parts.answers.set({ uid, key: `${namespace}/${name}` }, `${MEASURE_PREFIX}${metric}`, ordinal, answer);
  };

  return {
    start(run, metric, ordinal) {
      const { uid = '' } = run.metadata;
      const ofRun = running.get(uid) ?? new Map<string, AbortController>();
      running.set(uid, ofRun);
      const key = keyOf(metric, ordinal);
      if (ofRun.has(key)) return;
      const controller = new AbortController();
      ofRun.set(key, controller);
      void begin(run, metric, ordinal, controller.signal);
    },
    cancel(uid) {
      for (const controller of running.get(uid)?.values() ?? []) controller.abort(new Error('the run is over'));
      running.delete(uid);
    },
    inFlight(uid) {
      return [...(running.get(uid)?.keys() ?? [])].map((key) => {
        const [ordinal = '0', ...metric] = key.split('/');
        return { ordinal: Number(ordinal), metric: metric.join('/') };
      });
    },
    stop() {
      for (const uid of [...running.keys()]) this.cancel(uid);
    },
  };
}
