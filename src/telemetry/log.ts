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

/** A log of JSON lines on standard output: ISO time, level as a word. */
export function createLogger(level: LogLevel, base: Fields): Logger {
  return pino({
    level,
    base,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '*****' },
  });
}
