/** A small mistake in the controller, as data: one text of one file is replaced by another. */
export type Mutant = Readonly<{
  /** What is wrong with it, as a name. */
  name: string;
  file: string;
  /** Stands in the file exactly once. */
  text: string;
  instead: string;
}>;
