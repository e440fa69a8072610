import type { Answer } from './exchange.ts';

type JsonMap = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const NEAR_MS = 3_600_000;

/** What was seen of the objects in the answers: their versions by UID, and signs that stand for names and UIDs. */
type Seen = Readonly<{ versions: Map<string, Set<number>>; names: Map<string, string>; uids: Map<string, string> }>;

/**
 * Replaces what differs from run to run: a UID by the name of its object, a version by its rank among the versions of
 * that object, times near `now`, generated names, addresses, ports, tokens. Whatever the requests said is compared.
 */
export function normalise(answers: readonly Answer[], now: number): readonly Answer[] {
  const seen: Seen = { versions: new Map(), names: new Map(), uids: new Map() };
  for (const { body } of answers) learn(body, seen);
  const ageless = answers.map((answer) => ({ ...answer, body: withoutAges(answer.body) }));
  const text = (value: string): string => withoutRun(value, seen, now);
  const walk = (value: unknown, key: string, uid: string): unknown => {
    if (typeof value === 'string') {
      if (key === 'resourceVersion') return rankOf(value, seen.versions.get(uid));
      if (key === 'continue' && value !== '') return '<token>';
      if (key === 'serverAddress') return '<address>';
      return text(value);
    }
    if (typeof value === 'number' && key === 'nodePort' && value > 0) return '<port>';
    if (Array.isArray(value)) {
      // Sorted by their times first, so the order depends on when a second was full.
      const items: readonly unknown[] = key === 'managedFields' ? value.toSorted(byOwner) : value;
      return items.filter((item) => !isPlainBookmark(item)).map((item) => walk(item, key, ''));
    }
    if (!isMap(value)) return value;
    const own = typeof value['uid'] === 'string' ? value['uid'] : '';
    const members = Object.entries(value).filter(([name]) => !isDocumentation(name, key));
    return Object.fromEntries(members.map(([name, member]) => [text(name), walk(member, name, own)]));
  };
  return ageless.map((answer) => ({ ...answer, body: walk(answer.body, '', '') }));
}

/** What no client reads: the texts of columns, and a hash over the inner types of the server. */
function isDocumentation(name: string, within: string): boolean {
  return name === 'storageVersionHash' || (name === 'description' && within === 'columnDefinitions');
}

function withoutRun(value: string, { names, uids }: Seen, now: number): string {
  let result = value
    .replaceAll(UID, (uid) => uids.get(uid) ?? '<uid>')
    .replaceAll(TIME, (time, fraction: string | undefined) => {
      if (Math.abs(Date.parse(time) - now) > NEAR_MS) return time;
      return fraction === undefined ? '<time>' : '<microtime>';
    })
    .replaceAll(/(too old resource version|Too large resource version): .*$/g, '$1: <versions>')
    .replaceAll(/(ResourceVersion in record) \(\d+\)/g, '$1 (<version>)')
    .replaceAll(/("resourceVersion":)"\d+"/g, '$1"<version>"')
    // The whole object, in the order in which Go writes its members.
    .replaceAll(/Invalid value: "\{.*?\}": /g, 'Invalid value: "<object>": ')
    .replaceAll(/^10\.96\.\d+\.\d+$/g, '<address>');
  for (const [name, sign] of names) result = result.replaceAll(name, sign);
  return result;
}

/** The version of a list or bookmark belongs to no object: it also counts what others wrote in between. */
function rankOf(version: string, known: ReadonlySet<number> | undefined): string {
  if (known === undefined) return '<version>';
  const rank = [...known].sort((a, b) => a - b).indexOf(Number(version));
  return rank === -1 ? '<version>' : `<version ${rank + 1}>`;
}

function learn(value: unknown, seen: Seen): void {
  if (Array.isArray(value)) for (const item of value) learn(item, seen);
  if (!isMap(value)) return;
  const { metadata } = value;
  if (isMap(metadata)) {
    const { resourceVersion, generateName, name, uid } = metadata;
    if (typeof generateName === 'string' && typeof name === 'string' && name.startsWith(generateName.slice(0, 58))) {
      if (!seen.names.has(name)) seen.names.set(name, `${generateName}<${seen.names.size + 1}>`);
    }
    if (typeof uid === 'string' && typeof name === 'string' && typeof resourceVersion === 'string') {
      if (!seen.uids.has(uid)) seen.uids.set(uid, signOf(`uid of ${seen.names.get(name) ?? name}`, seen.uids));
      const known = seen.versions.get(uid) ?? new Set();
      seen.versions.set(uid, known.add(Number(resourceVersion)));
    }
  }
  for (const member of Object.values(value)) learn(member, seen);
}

/** A sign that no other object has: what has been made again, or is of another kind, is numbered. */
function signOf(words: string, taken: ReadonlyMap<string, string>): string {
  const signs = new Set(taken.values());
  let number = 1;
  while (signs.has(number === 1 ? `<${words}>` : `<${words}, ${number}>`)) number += 1;
  return number === 1 ? `<${words}>` : `<${words}, ${number}>`;
}

function byOwner(a: unknown, b: unknown): number {
  const [left = '', right = ''] = [a, b].map((entry) =>
    ['operation', 'manager', 'apiVersion', 'subresource']
      .map((key) => String(Reflect.get(Object(entry), key)))
      .join(' '),
  );
  return left < right ? -1 : 1;
}

/** A table with a sign for each age: how long the recording took is not the question. */
function withoutAges(body: unknown): unknown {
  if (!isMap(body) || body['kind'] !== 'Table') return body;
  const columns = (body['columnDefinitions'] ?? []) as readonly { name: string }[];
  const rows = (body['rows'] ?? []) as readonly { cells: readonly unknown[] }[];
  const at = columns.findIndex(({ name }) => name === 'Age');
  return { ...body, rows: rows.map((row) => ({ ...row, cells: at === -1 ? row.cells : row.cells.with(at, '<age>') })) };
}

/** A bookmark that only tells how far the server is: whether one comes in a few seconds depends on its load. */
function isPlainBookmark(event: unknown): boolean {
  if (!isMap(event) || event['type'] !== 'BOOKMARK') return false;
  const { metadata } = event['object'] as { metadata?: { annotations?: unknown } };
  return metadata?.annotations === undefined;
}
