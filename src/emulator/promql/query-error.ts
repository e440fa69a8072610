/** Prometheus's errorType: bad_data for what cannot be asked, execution for what fails while it is answered. */
export type QueryErrorType = 'bad_data' | 'execution';

/** Why a query has no answer. Thrown inside this folder only; query.ts turns it into a value. */
export class QueryError extends Error {
  readonly type: QueryErrorType;

  constructor(type: QueryErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

/** An error of the text of a query, with line and column as Prometheus gives them. */
export function parseError(query: string, at: number, message: string): QueryError {
  return new QueryError('bad_data', `${positionOf(query, at)}: parse error: ${message}`);
}

/** `line:column` of a character, both counted from one. */
export function positionOf(query: string, at: number): string {
  const before = query.slice(0, at).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}
