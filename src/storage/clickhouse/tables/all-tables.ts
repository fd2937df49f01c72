import { resources, streams } from './identities.ts';
import { logCounts } from './log-counts.ts';
import { logs } from './logs.ts';
import { exemplars, histograms, metadata, samples, series } from './metrics.ts';
import { serviceEdges } from './service-edges.ts';
import { spanCounts } from './span-counts.ts';
import { spans } from './spans.ts';
import type { Table } from './table.ts';
import { traceRanges } from './trace-ranges.ts';

/** In the order in which a block is inserted: what is referred to before what refers to it. */
export const allTables: readonly Table[] = [
  resources,
  streams,
  series,
  metadata,
  traceRanges,
  logs,
  logCounts,
  spans,
  spanCounts,
  serviceEdges,
  samples,
  histograms,
  exemplars,
];

const byName = new Map(allTables.map((table) => [table.name, table]));

export function findTable(name: string): Table | undefined {
  return byName.get(name);
}
