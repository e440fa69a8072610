import type { Lie } from '../emulator/prometheus-lies.ts';
import type { PrometheusLie } from './world-plan.ts';

/** What the emulated Prometheus does under a fault of a plan. */
export function lieOf(lie: PrometheusLie): Lie {
  switch (lie) {
    case 'Down':
      return { kind: 'Down', how: 'Refused' };
    case 'Unavailable':
      return { kind: 'Down', how: 'Unavailable' };
    case 'Slow':
      return { kind: 'Slow' };
    case 'Empty':
      return { kind: 'Empty' };
    case 'NaN':
      return { kind: 'Values', value: Number.NaN };
    case 'Several':
      return { kind: 'SeveralSeries', count: 2 };
    case 'Stale':
      return { kind: 'Old' };
    case 'Partial':
      return { kind: 'Partial' };
  }
}
