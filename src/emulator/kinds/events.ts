import type { KubeObject } from '../../kube/resource.ts';
import type { FieldProblem } from '../refusal.ts';
import { invalidValue, required } from '../refusal.ts';
import { isBuiltInType } from '../built-in-types.ts';
import { qualifiedNameProblems } from '../names.ts';
import type { JsonMap } from '../schema.ts';
import { sameValue, withMember } from '../schema.ts';

/** How the members of an Event are called in events.k8s.io/v1 and in the core group. */
const NAMES: readonly (readonly [string, string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];
const toCore = new Map(NAMES);
const fromCore = new Map(NAMES.map(([events, core]) => [core, events]));

function renamed(object: KubeObject, names: ReadonlyMap<string, string>, apiVersion: string): KubeObject {
  const members = Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value as unknown]);
  return { ...(Object.fromEntries(members) as KubeObject), apiVersion };
}

/** An Event of events.k8s.io/v1 as it is stored: in the words of the core group. */
export function storedEvent(object: KubeObject): KubeObject {
  return renamed(object, toCore, 'v1');
}

/** A stored Event in the words of events.k8s.io/v1. */
export function shownEvent(object: KubeObject): KubeObject {
  const event = renamed(object, fromCore, 'events.k8s.io/v1');
  // The core group writes them when they are empty, this group does not.
  return ['reportingController', 'reportingInstance'].reduce(
    (one, key) => ((one as KubeObject & JsonMap)[key] === '' ? withMember(one, key, undefined) : one),
    event,
  );
}

/** What is wrong with an Event of events.k8s.io/v1. Source: apis/core/validation/events.go. */
export function newEventProblems(object: KubeObject, before: KubeObject | undefined): readonly FieldProblem[] {
  const event = object as unknown as JsonMap;
  if (before !== undefined) return changedMembers(event, before);
  const regarding = event['involvedObject'] as JsonMap | undefined;
  const problems: FieldProblem[] = [];
  const about = regarding?.['namespace'];
  const { namespace } = object.metadata;
  const expected = about === undefined || about === '' ? 'default' : about;
  // Of a kind that it does not know the server cannot tell whether it lives in namespaces.
  const isKnown = about === undefined || about === '' || isKnownKind(regarding?.['kind']);
  if (expected !== namespace && isKnown) {
    problems.push(invalidValue('involvedObject.namespace', about ?? '', 'does not match event.namespace'));
  }
  const isTimed = event['eventTime'] !== null && event['eventTime'] !== undefined;
  if (!isTimed) problems.push(required('eventTime'));
  // Without its time the server takes it for an event of the old kind, and asks no more of it.
  else problems.push(...missingMembers(event));
  const type = event['type'];
  if (type !== 'Normal' && type !== 'Warning')
    problems.push(invalidValue('type', '', `has invalid value: ${typeof type === 'string' ? type : ''}`));
  const note = event['message'];
  if (typeof note === 'string' && note.length > 1024)
    problems.push(invalidValue('message', '', 'can have at most 1024 characters'));
  return problems;
}

function missingMembers(event: JsonMap): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [key, told] of [
    ['reportingComponent', 'reportingController'],
    ['reportingInstance', 'reportingInstance'],
  ] as const) {
    const value = event[key];
    if (typeof value === 'string' && value !== '') continue;
    problems.push(required(told));
    if (key === 'reportingComponent') {
      problems.push(...qualifiedNameProblems('').map((one) => invalidValue(told, '', one)));
    }
  }
  for (const key of ['action', 'reason'] as const) if (event[key] === undefined) problems.push(required(key));
  return problems;
}

const UNCHANGING = [
  ...[
    'involvedObject',
    'reason',
    'message',
    'source',
    'firstTimestamp',
    'lastTimestamp',
    'count',
    'reason',
    'type',
    'eventTime',
  ],
  ...['action', 'related', 'reportingComponent', 'reportingInstance'],
];

/** Of an Event only its series goes on. */
function changedMembers(event: JsonMap, earlier: KubeObject): readonly FieldProblem[] {
  const before = earlier as unknown as JsonMap;
  return UNCHANGING.filter((key) => !sameValue(event[key], before[key])).map((key) => {
    const told = key === 'reportingComponent' ? 'reportingController' : key;
    return invalidValue(told, event[key] ?? '', 'field is immutable');
  });
}

function isKnownKind(kind: unknown): boolean {
  return typeof kind === 'string' && isBuiltInType(kind);
}
