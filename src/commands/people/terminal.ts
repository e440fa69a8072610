/** Where a command writes: what was asked for on `out`, everything else on `err`; a line each. */
export type Terminal = Readonly<{ out(line: string): void; err(line: string): void }>;

/** The terminal, or pipe, of this process. */
export const systemTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
};
