import type { Clock } from '../../clock/clock.ts';
import { milliseconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { elapsed } from '../../units/instant.ts';
import type { Paint } from './paint.ts';
import { countText, drawPods, drawScene, drawTable } from './picture.ts';
import type { Scene } from './scene.ts';
import { signatureOf } from './scene.ts';
import type { Show, Summary } from './show.ts';

/** Where text goes; `columns` and `rows` are those of a terminal. */
export type Screen = Readonly<{ write(text: string): unknown; columns?: number; rows?: number }>;

/** A terminal is redrawn at most this often: the eye wants no more. */
const REDRAW_EVERY = milliseconds(80);
/** Without a terminal a line is told this often although nothing changed: in real time, as JSON in that of the cluster. */
const LINE_EVERY = milliseconds(5000);
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';

/** A picture at the foot of the terminal that is drawn anew; what is said scrolls up above it. */
export function liveShow(screen: Screen, paint: Paint, clock: Clock): Show {
  let drawn = 0;
  let last: Scene | undefined;
  let drawnAt: Instant | undefined;
  let open = true;
  const width = (): number => Math.max(20, (screen.columns ?? 80) - 1);
  const erased = (): string => (drawn === 0 ? '' : `\u001B[${drawn}A\r\u001B[J`);
  const draw = (above: readonly string[]): void => {
    const picture = last === undefined ? [] : ['', ...drawScene(last, width(), paint)];
    // More than the terminal has rows cannot be erased again.
    const fitting = picture.slice(0, Math.max(0, (screen.rows ?? 24) - 1));
    screen.write(erased() + [...above, ...fitting].map((line) => `${line}\n`).join(''));
    drawn = fitting.length;
    drawnAt = clock.now();
  };
  screen.write(HIDE_CURSOR);
  return {
    act: (title) => draw(['', paint.title(title)]),
    say: (text) => draw([`   ${text}`]),
    command: (text) => draw([paint.faint(`   $ ${text}`)]),
    scene(scene) {
      last = scene;
      if (drawnAt === undefined || elapsed(drawnAt, clock.now()) >= REDRAW_EVERY) draw([]);
    },
    end(summary) {
      last = undefined;
      draw(summaryLines(summary, paint));
    },
    close() {
      if (open) screen.write(SHOW_CURSOR);
      open = false;
    },
  };
}

/** Lines of plain text: one a change of what is going on, and one now and then. */
export function lineShow(screen: Screen, clock: Clock): Show {
  let before: Scene | undefined;
  let toldAt: Instant | undefined;
  let ended = false;
  const line = (text: string): void => void screen.write(`${text}\n`);
  return {
    act: (title) => line(`\n${title}`),
    say: (text) => line(`   ${text}`),
    command: (text) => line(`   $ ${text}`),
    scene(scene) {
      const due = toldAt === undefined || (!ended && elapsed(toldAt, clock.now()) >= LINE_EVERY);
      if (!due && before !== undefined && signatureOf(before) === signatureOf(scene)) return;
      before = scene;
      toldAt = clock.now();
      line(sceneLine(scene));
    },
    end: (summary) => {
      ended = true;
      for (const text of summaryLines(summary, undefined)) line(text);
    },
    close() {},
  };
}

/** One event a line, as JSON, for programs. */
export function jsonShow(screen: Screen): Show {
  let before: Scene | undefined;
  const event = (kind: string, more: object): void =>
    void screen.write(`${JSON.stringify({ event: kind, elapsed: before?.elapsed ?? 0, ...more })}\n`);
  return {
    act: (title) => event('act', { title }),
    say: (text) => event('said', { text }),
    command: (command) => event('command', { command }),
    scene(scene) {
      const due = before === undefined || scene.elapsed - before.elapsed >= LINE_EVERY;
      if (!due && before !== undefined && signatureOf(before) === signatureOf(scene)) return;
      before = scene;
      event('scene', scene);
    },
    end: ({ last, problems }) => event('end', { ...last, problems }),
    close() {},
  };
}

function sceneLine(scene: Scene): string {
  const { elapsed: time, phase, step, steps, updating, aborted, weight, versions, sent, failed, lost, because } = scene;
  const shares = versions
    .map(({ version, share, pods }) => `${version} ${Math.round(share * 100)} % ${drawPods(pods)}`.trimEnd())
    .join(', ');
  const at = aborted
    ? ', aborted'
    : updating && step < steps.length
      ? `, step ${step + 1}/${steps.length}: ${steps[step] ?? ''}`
      : '';
  const canary = weight === undefined ? '' : `, weight ${weight} %`;
  const waiting = because[0] === undefined ? '' : `; ${because[0]}`;
  const counts = `${countText(sent)} sent, ${countText(failed)} failed, ${countText(lost)} lost`;
  return `${(time / 1000).toFixed(1).padStart(7)} s  ${phase}${at}${canary} | ${shares} | ${counts}${waiting}`;
}

function summaryLines({ last, problems, next }: Summary, paint: Paint | undefined): readonly string[] {
  const good = paint?.good ?? ((text: string) => text);
  const bad = paint?.bad ?? ((text: string) => text);
  const verdict =
    problems.length > 0
      ? problems.map((problem) => bad(`✘ ${problem}`))
      : [good('✔ The good version was promoted, the bad one rolled back, and no request was lost on the way.')];
  return ['', ...drawTable(last), '', ...verdict, ...(next.length === 0 ? [] : ['', ...next])];
}
