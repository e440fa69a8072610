/** A field in which the emulator's answer is allowed to be another, and why. Never one that is kinder. */
export type KnownDifference = Readonly<{
  /** `group: title`. */
  exchange: string;
  /** The path of the field in the answer, or of what holds it; '' excuses the whole answer. */
  path: string;
  why: string;
}>;

const GO_TYPES = 'The text holds how Go prints its own types; the code, the reason and the field are the same.';
const WARNINGS = 'Of warnings, only those about unknown fields are given: nothing of ours reads others.';

/** What the emulator does not answer as the real server does. One that no longer differs fails the test: take it out. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    exchange: 'create: a Node',
    path: 'body.spec.taints',
    why: 'A new node is tainted until a controller sees it ready; ours are made ready, and no such controller runs.',
  },
  {
    exchange: 'expired: a watch from the beginning of time',
    path: 'body.0.object.message',
    why: 'Recorded without the cache of watches, so that the storage answers; ours has the words of the cache.',
  },
  { exchange: 'refusals: a strategic patch of a wrong type', path: 'body.message', why: GO_TYPES },
  { exchange: 'refusals: a strategic patch of a wrong type', path: 'body.details.causes', why: GO_TYPES },
  { exchange: 'refusals: its node', path: 'body.message', why: GO_TYPES },
  { exchange: 'refusals: its node', path: 'body.details.causes', why: GO_TYPES },
  {
    exchange: 'validation: template: a negative grace',
    path: 'warnings',
    why: WARNINGS,
  },
  { exchange: 'strictness: another template of it', path: 'body.message', why: GO_TYPES },
  { exchange: 'strictness: another template of it', path: 'body.details.causes', why: GO_TYPES },
  { exchange: 'strictness: a Job without a policy', path: 'warnings', why: WARNINGS },
  {
    exchange: 'strictness: a slice of a wrong port',
    path: 'body.metadata.managedFields',
    why: 'An empty list that must be there is owned by who sent it; ours takes it for the one that would be there anyway.',
  },
];
