// The spans of a trace as rows of a waterfall: parents before children, siblings by start; a span whose parent is not there is a root.
import type { Span } from '../../api/traces.ts';

export interface SpanRow {
  readonly span: Span;
  readonly depth: number;
  /** Spans below it, all levels. */
  readonly descendants: number;
  /** Spans with an error below it, all levels. */
  readonly errorsBelow: number;
  readonly isParentMissing: boolean;
  /** From the start of the trace, ns. */
  readonly offset: number;
  readonly duration: number;
  /** Duration without what its children cover, ns. */
  readonly self: number;
}

const compare = (one: Span, other: Span): number =>
  one.start === other.start ? 0 : BigInt(one.start) < BigInt(other.start) ? -1 : 1;

/** Length of the union of the children's intervals, inside the parent's. */
function coveredBy(children: readonly Span[], start: bigint, end: bigint): number {
  let covered = 0n;
  let reached = start;
  for (const child of children) {
    const from = BigInt(child.start) > reached ? BigInt(child.start) : reached;
    const childEnd = BigInt(child.start) + BigInt(child.duration);
    const to = childEnd < end ? childEnd : end;
    if (to <= from) continue;
    covered += to - from;
    reached = to;
  }
  return Number(covered);
}

/** All rows in drawing order. Cycles and doubled ids in bad data do not hang it: a span is placed once. */
export function layOutSpans(spans: readonly Span[]): SpanRow[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const children = new Map<string, Span[]>();
  const roots: Span[] = [];
  const sorted = [...spans].sort(compare);
  for (const span of sorted) {
    const parent = span.parentId === undefined || span.parentId === span.spanId ? undefined : byId.get(span.parentId);
    if (parent === undefined) roots.push(span);
    else children.set(parent.spanId, [...(children.get(parent.spanId) ?? []), span]);
  }
  const traceStart = sorted[0] === undefined ? 0n : BigInt(sorted[0].start);
  const rows: SpanRow[] = [];
  const placed = new Set<Span>();
  // Returns [spans, errors] of the whole subtree; an explicit limit keeps a hostile depth off the call stack.
  const place = (span: Span, depth: number): [number, number] => {
    if (placed.has(span) || depth > 2000) return [0, 0];
    placed.add(span);
    const index = rows.length;
    const below = children.get(span.spanId) ?? [];
    const start = BigInt(span.start);
    const duration = Number(span.duration);
    const row = {
      span,
      depth,
      isParentMissing: span.parentId !== undefined && !byId.has(span.parentId),
      offset: Number(start - traceStart),
      duration,
      self: duration - coveredBy(below, start, start + BigInt(span.duration)),
    };
    rows.push({ ...row, descendants: 0, errorsBelow: 0 });
    let descendants = 0;
    let errorsBelow = 0;
    for (const child of below) {
      const [spansBelow, errors] = place(child, depth + 1);
      descendants += spansBelow;
      errorsBelow += errors;
    }
    rows[index] = { ...row, descendants, errorsBelow };
    return [descendants + 1, errorsBelow + (span.status === 'error' ? 1 : 0)];
  };
  for (const root of roots) place(root, 0);
  for (const span of sorted) place(span, 0);
  return rows;
}

/** The rows that stay when the children of the spans in `folded` are hidden. */
export function foldRows(rows: readonly SpanRow[], folded: ReadonlySet<string>): SpanRow[] {
  const visible: SpanRow[] = [];
  let hiddenBelow = Infinity;
  for (const row of rows) {
    if (row.depth > hiddenBelow) continue;
    hiddenBelow = folded.has(row.span.spanId) ? row.depth : Infinity;
    visible.push(row);
  }
  return visible;
}
