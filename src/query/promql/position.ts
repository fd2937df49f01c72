// Places in a query text. Offsets count UTF-16 units; what users see is line:column, the column in bytes as Prometheus counts.

/** From `start` up to, not including, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** "line:column" of `offset` in `query`, both from 1. */
export function showPosition(query: string, offset: number): string {
  const before = query.slice(0, Math.min(offset, query.length));
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  const column = new TextEncoder().encode(before.slice(lineStart)).length + 1;
  return `${line}:${column}`;
}

/** What a query is refused for, and where. */
export interface QuerySyntaxError {
  readonly message: string;
  readonly range: Range;
}

/** The error as Prometheus words it: `1:7: parse error: …`. */
export function showSyntaxError(query: string, error: QuerySyntaxError): string {
  const place = query === '' ? 'unknown position' : showPosition(query, error.range.start);
  return `${place}: parse error: ${error.message}`;
}
