import { open, stat } from 'node:fs/promises';

/** Calls by `verb plural`, or `verb plural/subresource`. */
export type CallCounts = Readonly<Record<string, number>>;

type AuditEvent = Readonly<{
  userAgent?: string;
  verb: string;
  stage: string;
  objectRef?: Readonly<{ resource?: string; subresource?: string }>;
}>;

/** Reads, piece by piece, what the API server noted of one client's calls. */
export class AuditCounter {
  readonly #path: string;
  readonly #agent: string;
  #from = 0;

  /** `agent` is how the User-Agent of the client begins. */
  constructor(path: string, agent: string) {
    this.#path = path;
    this.#agent = agent;
  }

  /** The calls that were answered since the last time; watches count as they end. */
  async take(): Promise<CallCounts> {
    const { size } = await stat(this.#path);
    const file = await open(this.#path);
    const bytes = Buffer.alloc(size - this.#from);
    await file.read(bytes, 0, bytes.length, this.#from);
    await file.close();
    // The last line may be half written: it is read the next time.
    const whole = bytes.lastIndexOf(0x0a) + 1;
    this.#from += whole;
    const counts: Record<string, number> = {};
    for (const line of bytes.toString('utf8', 0, whole).split('\n')) {
      if (!line.includes(this.#agent)) continue;
      const event = JSON.parse(line) as AuditEvent;
      if (event.userAgent?.startsWith(this.#agent) !== true || event.stage !== 'ResponseComplete') continue;
      const { resource = '', subresource } = event.objectRef ?? {};
      const key = `${event.verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }
}

/** The sum of the calls whose key passes. */
export function sumOf(counts: CallCounts, passes: (key: string) => boolean): number {
  return Object.entries(counts).reduce((sum, [key, count]) => (passes(key) ? sum + count : sum), 0);
}
