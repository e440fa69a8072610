import type { Command } from 'commander';
import type { Milliseconds } from '../../units/duration.ts';
import { milliseconds, seconds } from '../../units/duration.ts';
import { add } from '../../units/instant.ts';
import { abort } from '../../verbs/abort.ts';
import { pause } from '../../verbs/pause.ts';
import { promoteFull } from '../../verbs/promote-full.ts';
import { promote } from '../../verbs/promote.ts';
import { restart } from '../../verbs/restart.ts';
import { resume } from '../../verbs/resume.ts';
import { retry } from '../../verbs/retry.ts';
import { parseImages, setImage } from '../../verbs/set-image.ts';
import { undo } from '../../verbs/undo.ts';
import { durationOf, nameOf, revisionNumber } from './arguments.ts';
import type { Order } from './carry-out.ts';
import { carryOut } from './carry-out.ts';
import { endOrRetry } from './end-run.ts';
import type { Parts, PlaceFlags } from './place.ts';
import { withPlaceFlags } from './place.ts';

/** Flags of a verb: its place, and how long it waits for the controller to look at the newest spec. */
type VerbFlags = PlaceFlags & Readonly<{ timeout?: Milliseconds }>;

/** Where commands are added, what they run with, and who gets the exit code. */
export type Board = Readonly<{ program: Command; parts: Parts; done: (code: number) => void }>;

const PATIENCE = seconds(30);

/** Adds the verbs of a Rollout: promote, abort, retry, pause, resume, undo, restart, set-image, terminate. */
export function addVerbs(board: Board): void {
  const { parts } = board;
  verb(board, 'promote <name>', 'go on from a pause, or past the step under way')
    .option('--full', 'skip all steps, pauses and analyses that are left')
    .action(async (name: string, flags: VerbFlags & Readonly<{ full?: boolean }>) =>
      give(board, flags, { verb: 'promote', name, decide: flags.full === true ? promoteFull : promote }),
    );
  verb(board, 'abort <name>', 'give the traffic back to the stable version').action(
    async (name: string, flags: VerbFlags) => give(board, flags, { verb: 'abort', name, decide: abort }),
  );
  verb(board, 'pause <name>', 'let it stand still: no step, weight or switch').action(
    async (name: string, flags: VerbFlags) => give(board, flags, { verb: 'pause', name, decide: pause }),
  );
  verb(board, 'resume <name>', 'end what pause began').action(async (name: string, flags: VerbFlags) =>
    give(board, flags, { verb: 'resume', name, decide: resume }),
  );
  verb(board, 'undo <name>', 'go back to an earlier version, and say what will run')
    .option('--to-revision <number>', 'the revision to go back to (default: the one before the newest)', revisionNumber)
    .action(async (name: string, flags: VerbFlags & Readonly<{ toRevision?: number }>) => {
      const wish = { toRevision: flags.toRevision, now: parts.clock.now() };
      await give(board, flags, { verb: 'undo', name, decide: (seen) => undo(seen, wish) });
    });
  verb(board, 'restart <name>', 'replace the pods a few at a time, without a new version')
    .option('--in <duration>', 'not before so long from now, such as 10m', durationOf)
    .action(async (name: string, flags: VerbFlags & Readonly<{ in?: Milliseconds }>) => {
      const at = add(parts.clock.now(), flags.in ?? milliseconds(0));
      await give(board, flags, { verb: 'restart', name, decide: () => restart(at) });
    });
  verb(board, 'set-image <name> <container=image...>', 'set images of containers; * for all of them').action(
    async (name: string, images: readonly string[], flags: VerbFlags) => setImages(board, name, images, flags),
  );
  verb(board, 'retry <kind> [name]', 'begin an aborted update, or with `retry experiment <name>` an experiment, anew')
    .usage('[options] [rollout|experiment] <name>')
    .action(async (kind: string, name: string | undefined, flags: VerbFlags) => {
      if (name === undefined) return give(board, flags, { verb: 'retry', name: kind, decide: retry });
      if (/^(rollouts?|ro)$/.test(kind)) return give(board, flags, { verb: 'retry', name, decide: retry });
      board.done(await endOrRetry({ verb: 'retry', kind, name: nameOf(name) }, flags, parts));
    });
  verb(board, 'terminate <kind> <name>', 'end an analysisrun or an experiment').action(
    async (kind: string, name: string, flags: VerbFlags) =>
      board.done(await endOrRetry({ verb: 'terminate', kind, name: nameOf(name) }, flags, parts)),
  );
}

function verb({ program }: Board, usage: string, about: string): Command {
  const command = withPlaceFlags(program.command(usage).description(about));
  return command.option(
    '--timeout <duration>',
    'how long to wait for the controller to see the newest spec',
    durationOf,
  );
}

async function give(board: Board, flags: VerbFlags, order: Omit<Order, 'patience'>): Promise<void> {
  const patience = flags.timeout ?? PATIENCE;
  board.done(await carryOut({ ...order, name: nameOf(order.name), patience }, flags, board.parts));
}

async function setImages(board: Board, name: string, texts: readonly string[], flags: VerbFlags): Promise<void> {
  const parsed = parseImages(texts);
  if (!parsed.ok) {
    board.parts.terminal.err(
      `sluice: no container=image: ${parsed.bad.join(', ')}\nnext: write it as web=docker.io/example/web:2`,
    );
    return board.done(2);
  }
  await give(board, flags, { verb: 'set-image', name, decide: (seen) => setImage(seen, parsed.images) });
}
