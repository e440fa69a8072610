import type { Scene } from './scene.ts';

/** Where a demo is shown: a terminal, lines of text, or events as JSON. */
export interface Show {
  /** The beginning of an act. */
  act(title: string): void;
  /** Something that a watcher should know. */
  say(text: string): void;
  /** What a person types at this moment. */
  command(text: string): void;
  /** What there is to see now; most of them look like the one before. */
  scene(scene: Scene): void;
  /** The last word: the sum of what became of the requests. */
  end(summary: Summary): void;
  /** Leaves the terminal as it was. Safe to call twice. */
  close(): void;
}

/** How a demo ended. */
export type Summary = Readonly<{
  last: Scene;
  /** What did not go as it should have, in words; empty when all did. */
  problems: readonly string[];
  /** What a person can go on with. */
  next: readonly string[];
}>;
