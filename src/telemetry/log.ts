import { pino } from 'pino';

/** Facts of a line of log. */
export type Fields = Readonly<Record<string, unknown>>;

/** Where lines go: facts first, then a constant message. */
export interface Logger {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

/** How much is written: everything from this level up. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
/** One of LOG_LEVELS. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Keys whose values never reach the log, at the top of a line and one level below. */
const SECRET_KEYS = ['token', 'password', 'secret', 'authorization', 'clientSecret', 'headers'];

/** A log whose least level can be changed while it is in use. */
export type LevelledLogger = Logger & Readonly<{ setLevel(level: LogLevel): void }>;

/** Where lines are written to; standard output unless a test wants to read them. */
export type LineSink = Readonly<{ write(line: string): void }>;

/** A log of JSON lines on standard output: ISO time, level as a word. */
export function createLogger(level: LogLevel, base: Fields, sink?: LineSink): LevelledLogger {
  const options = {
    level,
    base,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '*****' },
  };
  const log = sink === undefined ? pino(options) : pino(options, sink);
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    setLevel: (next) => void (log.level = next),
  };
}
