/** Colours of a terminal, by what they mean; plain text where there are none. */
export type Paint = Readonly<{
  title(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  /** The colour of the version that is `index`-th. */
  version(index: number, text: string): string;
}>;

const plain = (text: string): string => text;

/** Paint that colours nothing: for files, pipes, and who set NO_COLOR. */
export const NO_PAINT: Paint = { title: plain, faint: plain, good: plain, bad: plain, version: (_index, text) => text };

const coloured =
  (code: number) =>
  (text: string): string =>
    `\u001B[${code}m${text}\u001B[0m`;

const VERSION_COLOURS = [36, 32, 35, 33, 34];

/** Paint by the sixteen colours that every terminal has. */
export const ANSI_PAINT: Paint = {
  title: coloured(1),
  faint: coloured(2),
  good: coloured(32),
  bad: coloured(31),
  version: (index, text) => coloured(VERSION_COLOURS[index % VERSION_COLOURS.length] ?? 36)(text),
};
