/** Fails to compile when a union has a member that a switch does not handle; throws if data from outside has one. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}

/** Throws an Error with the given message when `condition` is false: the message names what a programmer broke. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
