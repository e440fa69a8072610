import type { Logger } from '../../src/telemetry/log.ts';

/** A log that nobody reads. */
export const silentLog: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
