import { formatDuration, seconds } from '../../units/duration.ts';
import type { Paint } from './paint.ts';
import type { Scene, VersionPods, VersionScene } from './scene.ts';

/** A count with commas between the thousands. */
export function countText(count: number): string {
  return count.toLocaleString('en');
}

/** Cut to a width, with a mark that something is missing. */
export function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** A scene as lines of at most `width` letters, colours aside. */
export function drawScene(scene: Scene, width: number, paint: Paint): readonly string[] {
  const { versions, sent, failed, lost } = scene;
  const length = formatDuration(seconds(Math.floor(scene.elapsed / 1000)));
  const weight = scene.weight === undefined ? '' : `   canary weight ${scene.weight} %`;
  const head = cut(`${scene.rollout}   ${scene.phase}${weight}   ${length}`, width);
  const names = Math.max(4, ...versions.map(({ version }) => nameOf(version).length));
  const requests = `${countText(sent)} requests, ${countText(failed)} with an error, ${countText(lost)} lost`;
  const [because] = scene.because;
  const why = because === undefined ? scene.message : `waiting: ${because}`;
  return [
    paint.title(head),
    drawSteps(scene, width, paint),
    ...versions.flatMap((version, index) =>
      isOnStage(version) ? [drawVersion(version, index, { names, width, paint })] : [],
    ),
    (lost > 0 ? paint.bad : paint.faint)(cut(requests, width)),
    paint.faint(cut(why, width)),
  ];
}

/** Versions of the past are in the table at the end, and need no line here. */
function isOnStage({ share, pods }: VersionScene): boolean {
  return share > 0 || pods.ready + pods.starting + pods.ending > 0;
}

function nameOf(version: string): string {
  return version === '' ? 'none' : version;
}

/** The steps in a row, the present one between arrows; as many as there is room for, the present one among them. */
function drawSteps({ steps, step, updating, aborted }: Scene, width: number, paint: Paint): string {
  if (aborted) return paint.bad(cut('aborted: all traffic goes to the stable version', width));
  if (steps.length === 0) return paint.faint(cut('no steps', width));
  const texts = steps.map((text, index) => {
    if (index < step) return `✔ ${text}`;
    return index === step && updating ? `▶ ${text}` : `· ${text}`;
  });
  const whole = texts.join('  ');
  if (whole.length <= width) return whole;
  return cut(`step ${Math.min(step + 1, steps.length)} of ${steps.length}: ${texts[step] ?? 'all done'}`, width);
}

function drawVersion(
  { version, share, pods }: VersionScene,
  index: number,
  { names, width, paint }: Readonly<{ names: number; width: number; paint: Paint }>,
): string {
  const percent = `${String(Math.round(share * 100)).padStart(3)} %`;
  const podText = drawPods(pods);
  const room = Math.max(5, Math.min(50, width - names - percent.length - podText.length - 5));
  const filled = Math.round(share * room);
  const bar = paint.version(index, '█'.repeat(filled)) + paint.faint('░'.repeat(room - filled));
  return `${nameOf(version).padEnd(names)} ${bar} ${percent}  ${podText}`;
}

const MOST_DOTS = 12;

/** Pods as dots: ready, starting, ending; as numbers when there are many. */
export function drawPods({ ready, starting, ending }: VersionPods): string {
  if (ready + starting + ending > MOST_DOTS) return `${ready} ready, ${starting} starting, ${ending} ending`;
  return '●'.repeat(ready) + '○'.repeat(starting) + '◌'.repeat(ending);
}

const OUTCOMES = ['ok', 'failed', 'lost'] as const;

/** What became of all requests, by version: the table at the end. */
export function drawTable({ versions }: Scene): readonly string[] {
  const names = Math.max(8, ...versions.map(({ version }) => nameOf(version).length));
  const row = (name: string, cells: readonly string[]): string =>
    name.padEnd(names) + cells.map((cell) => cell.padStart(11)).join('');
  const cells = (count: (outcome: (typeof OUTCOMES)[number]) => number): readonly string[] =>
    OUTCOMES.map((outcome) => countText(count(outcome)));
  return [
    row('requests', ['ok', 'error', 'lost']),
    ...versions.map((one) =>
      row(
        nameOf(one.version),
        cells((outcome) => one[outcome]),
      ),
    ),
    row(
      'all',
      cells((outcome) => versions.reduce((sum, one) => sum + one[outcome], 0)),
    ),
  ];
}
