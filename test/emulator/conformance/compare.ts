import { emulatorPlayer, EMULATOR_NOW } from './emulator-player.ts';
import type { Answer, Exchange, Group, Player } from './exchange.ts';
import type { KnownDifference } from './known-differences.ts';
import { normalise } from './normalise.ts';
import { playGroup } from './play.ts';
import { setNamespace, setStage } from './stage.ts';
import { readTranscript } from './transcripts.ts';

/** A field in which the emulator's answer is another. */
export type FieldDifference = Readonly<{ path: string; expected: unknown; got: unknown }>;

/** An exchange after comparison. */
export type Compared = Readonly<{
  exchange: Exchange;
  expected: Answer;
  got: Answer;
  differences: readonly FieldDifference[];
  /** The emulator took what the real server refuses: never to be excused. */
  kinder: boolean;
}>;

/** Replays a group on a new emulator and compares every field with what the real server answered. */
export async function compareGroup(group: Group, player: Player = emulatorPlayer()): Promise<readonly Compared[]> {
  const recorded = readTranscript(group.name);
  await setStage(player);
  await setNamespace(player, group.name);
  const answers = normalise(await playGroup(player, group), EMULATOR_NOW);
  return group.exchanges.map((exchange, index) => {
    const expected = recorded[index]?.answer ?? { status: 0, contentType: '', body: 'not recorded' };
    const got = answers[index] ?? { status: 0, contentType: '', body: 'not answered' };
    const differences = differencesOf(expected, got, '');
    return { exchange, expected, got, differences, kinder: expected.status >= 400 && got.status < 400 };
  });
}

/** The fields in which two JSON values differ. */
export function differencesOf(expected: unknown, got: unknown, path: string): readonly FieldDifference[] {
  if (Object.is(expected, got)) return [];
  const bothMaps = isObject(expected) && isObject(got) && Array.isArray(expected) === Array.isArray(got);
  if (!bothMaps) return [{ path, expected, got }];
  const keys = new Set([...Object.keys(expected), ...Object.keys(got)]);
  return [...keys].flatMap((key) =>
    differencesOf(
      (expected as Record<string, unknown>)[key],
      (got as Record<string, unknown>)[key],
      path === '' ? key : `${path}.${key}`,
    ),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What is left of the differences when the known ones are taken out. */
export function unexpected(compared: Compared, group: string, known: readonly KnownDifference[]): Compared {
  const rules = known.filter((one) => one.exchange === `${group}: ${compared.exchange.title}`);
  const differences = compared.differences.filter(({ path }) => !rules.some((one) => path.startsWith(one.path)));
  return { ...compared, differences };
}

/** A difference for people: the request, and each field with both values. */
export function describeDifference({ exchange, expected, got, differences, kinder }: Compared): string {
  const { title, method, path, body } = exchange;
  const lines = differences.slice(0, 12).map((one) => {
    const [wanted, came] = [one.expected, one.got].map((value) => (JSON.stringify(value) ?? 'nothing').slice(0, 600));
    return `    ${one.path}\n      expected ${wanted}\n      got      ${came}`;
  });
  const sent = body === undefined ? '' : `\n    ${JSON.stringify(body).slice(0, 400)}`;
  const kind = kinder ? ' KINDER THAN THE REAL SERVER' : '';
  return `  ${title}${kind}\n    ${method} ${path} ${expected.status}/${got.status}${sent}\n${lines.join('\n')}`;
}
