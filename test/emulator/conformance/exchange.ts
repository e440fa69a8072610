/**
 * A request that is played to a server; WATCH collects the events of a watch until its time is up, COMPACT has the
 * server forget its history up to now.
 */
export type Exchange = Readonly<{
  /** Unique in its group: what is being asked. */
  title: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'WATCH' | 'COMPACT';
  /** Path and query; `{{word}}` stands for what an earlier answer was kept as. */
  path: string;
  /** Sent as JSON; a text is sent as it is. */
  body?: unknown;
  contentType?: string;
  accept?: string;
  userAgent?: string;
  /** What later exchanges need of the answer: a word, and the path of keys that leads to it. */
  keep?: Readonly<Record<string, string>>;
  /** Of a discovery document, the resources that are compared: the emulator serves only what is in use. */
  only?: readonly string[];
}>;

/** Exchanges of one subject, played in order in a namespace that bears the group's name. */
export type Group = Readonly<{
  name: string;
  exchanges: readonly Exchange[];
  /** Recorded from a server of its own, which forgets its history every second. */
  compacts?: true;
}>;

/** What a server said. */
export type Answer = Readonly<{
  status: number;
  /** What kind of body it is, without parameters. */
  contentType: string;
  body: unknown;
  warnings?: readonly string[];
}>;

/** What COMPACT is answered with by every player. */
export const COMPACTED: Answer = { status: 200, contentType: '', body: 'compacted' };

/** A server that exchanges can be played to. */
export type Player = Readonly<{ play(exchange: Exchange): Promise<Answer> }>;

/** An exchange with the answer of the real server, normalised. */
export type Recorded = Readonly<{ request: Exchange; answer: Answer }>;

type More = Partial<Omit<Exchange, 'title' | 'method' | 'path'>>;

/** Short words for exchanges. */
export const get = (title: string, path: string, more: More = {}): Exchange => ({
  title,
  method: 'GET',
  path,
  ...more,
});
export const post = (title: string, path: string, body: unknown, more: More = {}): Exchange => ({
  title,
  method: 'POST',
  path,
  body,
  ...more,
});
export const put = (title: string, path: string, body: unknown, more: More = {}): Exchange => ({
  title,
  method: 'PUT',
  path,
  body,
  ...more,
});
export const remove = (title: string, path: string, body?: unknown, more: More = {}): Exchange => ({
  title,
  method: 'DELETE',
  path,
  ...(body === undefined ? {} : { body }),
  ...more,
});
const patch =
  (contentType: string) =>
  (title: string, path: string, body: unknown, more: More = {}): Exchange => ({
    title,
    method: 'PATCH',
    path,
    body,
    contentType,
    ...more,
  });
export const merge = patch('application/merge-patch+json');
export const jsonPatch = patch('application/json-patch+json');
export const strategic = patch('application/strategic-merge-patch+json');
export const apply = patch('application/apply-patch+yaml');
export const watch = (title: string, path: string, more: More = {}): Exchange => ({
  title,
  method: 'WATCH',
  path,
  ...more,
});
export const table = (title: string, path: string): Exchange =>
  get(title, path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
