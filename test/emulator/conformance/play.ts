import type { Answer, Exchange, Group, Player } from './exchange.ts';

/** Plays a group: what an answer is kept as is put into the requests that follow. */
export async function playGroup(player: Player, group: Group): Promise<readonly Answer[]> {
  const words = new Map<string, string>();
  const answers: Answer[] = [];
  for (const exchange of group.exchanges) {
    const answer = await player.play(filled(exchange, words));
    for (const [word, path] of Object.entries(exchange.keep ?? {})) {
      const value = path.split('.').reduce<unknown>((at, key) => Reflect.get(Object(at), key), answer.body);
      words.set(word, String(value));
    }
    answers.push(narrowed(answer, exchange.only));
  }
  return answers;
}

function filled(exchange: Exchange, words: ReadonlyMap<string, string>): Exchange {
  const fill = (text: string): string => text.replaceAll(/\{\{(\w+)\}\}/g, (whole, word) => words.get(word) ?? whole);
  const { body } = exchange;
  const path = fill(exchange.path);
  if (body === undefined) return { ...exchange, path };
  if (typeof body === 'string') return { ...exchange, path, body: fill(body) };
  return { ...exchange, path, body: JSON.parse(fill(JSON.stringify(body))) as unknown };
}

/** Lists of a discovery document in the order of names: those of CRDs come in any order. */
function narrowed(answer: Answer, only: readonly string[] | undefined): Answer {
  const { kind } = Object(answer.body) as { kind?: unknown };
  if (only === undefined && kind !== 'APIResourceList') return answer;
  const body = answer.body as Readonly<Record<string, unknown>>;
  const known = Object.entries(body).map(([key, value]) => [
    key,
    Array.isArray(value) && (key === 'resources' || key === 'groups' || key === 'items')
      ? (value as Readonly<{ name?: string; metadata?: { name: string } }>[])
          .filter(({ name, metadata }) => only === undefined || only.includes(name ?? metadata?.name ?? ''))
          .sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1))
      : value,
  ]);
  return { ...answer, body: Object.fromEntries(known) };
}
