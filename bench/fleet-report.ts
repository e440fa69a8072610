import type { CallCounts } from './audit-counts.ts';
import { sumOf } from './audit-counts.ts';

/** What one phase cost the controller. */
export type PhaseFigures = Readonly<{ seconds: number; calls: CallCounts; cpuSeconds: number }>;

/** A whole run; memory in MB. */
export type FleetFigures = Readonly<{
  count: number;
  limit: number;
  group: string;
  create: PhaseFigures;
  update: PhaseFigures;
  atRest: PhaseFigures;
  rss: Readonly<{ start: number; end: number; peak: number }>;
}>;

const isEvent = (key: string): boolean => key.endsWith(' events');
const isLease = (key: string): boolean => key.includes(' leases');

/** The figures as people read them. */
export function renderFleet(figures: FleetFigures): string {
  const { count, limit, group, create, update, atRest, rss } = figures;
  const idle = sumOf(atRest.calls, (key) => !isLease(key) && !key.startsWith('watch '));
  const lines = [
    `${count} Rollouts of 5 pods (${group}), client limit ${limit}/s and ${limit * 2} at once`,
    renderPhase('create to Healthy', create, count),
    renderPhase('update to Healthy', update, count),
    `RSS ${rss.start.toFixed(0)} MB at start, ${rss.end.toFixed(0)} MB at the end, ${rss.peak.toFixed(0)} MB at most`,
    `at rest, ${atRest.seconds} s: ${idle} calls beside the lease, ${((100 * atRest.cpuSeconds) / atRest.seconds).toFixed(2)} % of a core`,
  ];
  return `${lines.join('\n')}\n`;
}

function renderPhase(name: string, { seconds, calls, cpuSeconds }: PhaseFigures, count: number): string {
  const each = (number: number): string => (number / count).toFixed(1);
  const counted = Object.entries(calls).filter(([key]) => !isEvent(key) && !isLease(key) && !key.startsWith('watch '));
  const kinds = counted.toSorted(([, a], [, b]) => b - a).map(([key, number]) => `${key} ${each(number)}`);
  const all = counted.reduce((sum, [, number]) => sum + number, 0);
  return [
    `${name}: ${seconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s; a Rollout: ${each(all)} calls, ${each(sumOf(calls, isEvent))} events`,
    `  ${kinds.join(', ')}`,
  ].join('\n');
}
