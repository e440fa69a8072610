import type { Instant } from '../../units/instant.ts';
import { parseInstant } from '../../units/instant.ts';

/** How long ago that was, as kubectl writes it: 45s, 12m, 5h, 3d; `-` when the time cannot be read. */
export function ageOf(timestamp: string | undefined, now: Instant): string {
  const since = parseInstant(timestamp);
  if (since === undefined) return '-';
  const whole = Math.max(0, Math.floor((now - since) / 1000));
  if (whole < 120) return `${whole}s`;
  if (whole < 7200) return `${Math.floor(whole / 60)}m`;
  if (whole < 172_800) return `${Math.floor(whole / 3600)}h`;
  return `${Math.floor(whole / 86_400)}d`;
}
