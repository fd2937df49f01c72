// Places the nodes of a graph in columns from left to right: what calls stands left of what it calls, and neighbours stand near
// each other. Calls in a circle are broken where they close; an edge over several columns has a place of its own in those between.

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

export interface NodePlace {
  /** 0 is the leftmost. */
  readonly column: number;
  /** 0 is the topmost; halves where columns of different heights are centred. */
  readonly row: number;
}

export interface GraphLayout {
  readonly places: ReadonlyMap<string, NodePlace>;
  /** By edgeKey: the places between the ends of an edge, from left to right. */
  readonly routes: ReadonlyMap<string, readonly NodePlace[]>;
  readonly columns: number;
  readonly rows: number;
}

const SWEEPS = 4;

export const edgeKey = ({ from, to }: GraphEdge): string => JSON.stringify([from, to]);

type Neighbours = ReadonlyMap<string, readonly string[]>;

function neighboursOf(ids: readonly string[], edges: readonly GraphEdge[], side: 'from' | 'to'): Neighbours {
  const other = side === 'from' ? 'to' : 'from';
  const found = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const edge of edges) found.get(edge[side])?.push(edge[other]);
  return found;
}

/** The edges without those that close a circle, and the nodes so that every edge leads forwards. */
function breakCircles(ids: readonly string[], edges: readonly GraphEdge[]): { edges: GraphEdge[]; order: string[] } {
  const next = neighboursOf(ids, edges, 'from');
  const called = new Set(edges.filter(({ from, to }) => from !== to).map(({ to }) => to));
  const state = new Map<string, 'open' | 'done'>();
  const kept: GraphEdge[] = [];
  const order: string[] = [];
  const visit = (start: string): void => {
    const path = [{ id: start, at: 0 }];
    state.set(start, 'open');
    while (path.length > 0) {
      const step = path.at(-1)!;
      const to = next.get(step.id)![step.at++];
      if (to === undefined) {
        state.set(step.id, 'done');
        order.unshift(step.id);
        path.pop();
      } else if (state.get(to) !== 'open') {
        kept.push({ from: step.id, to });
        if (state.has(to)) continue;
        state.set(to, 'open');
        path.push({ id: to, at: 0 });
      }
    }
  };
  // Where the requests come in is where it begins.
  for (const id of ids) if (!called.has(id)) visit(id);
  for (const id of ids) if (!state.has(id)) visit(id);
  return { edges: kept, order };
}

/** Sorts the ids of a column by where their neighbours stand. */
function sortColumn(column: readonly string[], neighbours: Neighbours, rowOf: ReadonlyMap<string, number>): string[] {
  const wish = new Map(
    column.map((id, at) => {
      const rows = neighbours.get(id)!.flatMap((one) => rowOf.get(one) ?? []);
      return [id, rows.length === 0 ? at : rows.reduce((sum, row) => sum + row, 0) / rows.length];
    }),
  );
  return column.toSorted((a, b) => wish.get(a)! - wish.get(b)!);
}

/** Cuts edges over several columns into steps from one to the next, over places that stand for nothing. */
function cutEdges(
  edges: readonly GraphEdge[],
  columnOf: Map<string, number>,
): { steps: GraphEdge[]; between: Map<string, string[]> } {
  const steps: GraphEdge[] = [];
  const between = new Map<string, string[]>();
  for (const edge of edges) {
    const key = edgeKey(edge);
    if (between.has(key)) continue;
    const stops: string[] = [];
    for (let column = columnOf.get(edge.from)! + 1; column < columnOf.get(edge.to)!; column++) {
      // No node's id: those are no JSON.
      const stop = JSON.stringify([edge.from, edge.to, column]);
      columnOf.set(stop, column);
      stops.push(stop);
    }
    between.set(key, stops);
    const way = [edge.from, ...stops, edge.to];
    way.slice(1).forEach((to, at) => steps.push({ from: way[at]!, to }));
  }
  return { steps, between };
}

/** Edges whose ends are not among `ids` are left out. The same graph gives the same picture. */
export function layoutGraph(ids: readonly string[], edges: readonly GraphEdge[]): GraphLayout {
  const known = new Set(ids);
  const inside = edges.filter(({ from, to }) => known.has(from) && known.has(to));
  const { edges: forward, order } = breakCircles(ids, inside);
  const before = neighboursOf(ids, forward, 'to');
  const columnOf = new Map<string, number>();
  for (const id of order) columnOf.set(id, Math.max(0, ...before.get(id)!.map((one) => columnOf.get(one)! + 1)));
  const { steps, between } = cutEdges(forward, columnOf);
  const all = [...ids, ...[...between.values()].flat()];
  const [right, left] = [neighboursOf(all, steps, 'from'), neighboursOf(all, steps, 'to')];
  const columns: string[][] = [];
  for (const id of all) (columns[columnOf.get(id)!] ??= []).push(id);
  const rows = Math.max(0, ...columns.map((column) => column.length));

  const rowOf = new Map<string, number>();
  const place = (column: readonly string[]): void =>
    column.forEach((id, at) => rowOf.set(id, at + (rows - column.length) / 2));
  columns.forEach(place);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0;
    const places = columns.map((_, at) => (isForward ? at : columns.length - 1 - at));
    for (const at of places) {
      columns[at] = sortColumn(columns[at]!, isForward ? left : right, rowOf);
      place(columns[at]);
    }
  }
  const placeOf = (id: string): NodePlace => ({ column: columnOf.get(id)!, row: rowOf.get(id)! });
  return {
    places: new Map(ids.map((id) => [id, placeOf(id)])),
    routes: new Map(Array.from(between, ([key, stops]) => [key, stops.map(placeOf)])),
    columns: columns.length,
    rows,
  };
}
