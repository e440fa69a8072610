import type { Matcher } from './matcher.ts';

/** What an expression gives: a number, a vector (one value a series), a matrix (ranges of samples), or a string. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

/** `@`: a time in milliseconds since the epoch, or the start or end of the query. */
export type AtTime = number | 'start' | 'end';

/** Where a selector or subquery looks, against the instant of evaluation. */
export type Shift = Readonly<{
  /** `offset`, in milliseconds; positive looks back. */
  offset: number;
  /** `@`; undefined: the instant of evaluation. */
  fixed: AtTime | undefined;
}>;

/** Position of a node in the query, in characters: the first one and the one after the last. */
export type Span = Readonly<{ from: number; to: number }>;

/** name{…}: the newest sample of each series. */
export type VectorSelector = Readonly<{ kind: 'VectorSelector'; matchers: readonly Matcher[] }> & Shift & Span;

/** name{…}[5m]: the samples of a range, in milliseconds. */
export type MatrixSelector = Readonly<{ kind: 'MatrixSelector'; selector: VectorSelector; range: number }> & Span;

/** expression[5m:30s]: the expression evaluated at each step of a range; step undefined: one minute. */
export type Subquery = Readonly<{ kind: 'Subquery'; of: Expression; range: number; step: number | undefined }> &
  Shift &
  Span;

/** Arithmetic and comparisons. */
export type ElementOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2' | Comparison;
/** Comparisons filter, or give 0 and 1 with `bool`. */
export type Comparison = '==' | '!=' | '>' | '<' | '>=' | '<=';
/** Operators on sets of series. */
export type SetOperator = 'and' | 'or' | 'unless';

/** Which series of two vectors belong together. */
export type Matching = Readonly<{
  /** true: `on`, only these labels count; false: `ignoring`, all but these. */
  on: boolean;
  labels: readonly string[];
  /** `group_left` (many on the left side) or `group_right`; include: labels taken from the one side. */
  group: Readonly<{ many: 'left' | 'right'; include: readonly string[] }> | undefined;
}>;

/** Two operands. */
export type Binary = Readonly<{
  kind: 'Binary';
  operator: ElementOperator | SetOperator;
  left: Expression;
  right: Expression;
  bool: boolean;
  matching: Matching;
}> &
  Span;

/** sum, topk … over groups of series. */
export type Aggregation = Readonly<{
  kind: 'Aggregation';
  operator: string;
  of: Expression;
  /** The k of topk, the φ of quantile, the label of count_values. */
  parameter: Expression | undefined;
  labels: readonly string[];
  without: boolean;
}> &
  Span;

/** A function and its arguments. */
export type Call = Readonly<{ kind: 'Call'; name: string; parameters: readonly Expression[] }> & Span;

/** A PromQL expression. Parentheses have gone: they change nothing once the tree stands. */
export type Expression =
  | (Readonly<{ kind: 'Number'; value: number }> & Span)
  | (Readonly<{ kind: 'Text'; value: string }> & Span)
  | (Readonly<{ kind: 'Negation'; of: Expression }> & Span)
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Binary
  | Aggregation
  | Call;
