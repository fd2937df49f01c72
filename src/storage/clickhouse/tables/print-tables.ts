// Tables as DDL. Three deployments, and only the engine clause and what stands around it differ.
import type { Table, TextIndex } from './table.ts';

/** Where the tables live; the database exists. `embedded` and `server` are one machine, `cluster` is replicated and sharded. */
export type Deployment = {
  readonly database: string;
  /** The server is too old for the text index: words are looked for by a token bloom filter. */
  readonly withoutTextIndex?: boolean;
} & ({ readonly kind: 'embedded' | 'server' } | { readonly kind: 'cluster'; readonly cluster: string });

/** Inserts remembered by each table: a block offered again within so many parts is stored once. */
const DEDUPLICATION_WINDOW = 10_000;

const settings: Readonly<Record<Deployment['kind'], readonly string[]>> = {
  embedded: [`non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW}`],
  server: [
    `non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW}`,
    'fsync_after_insert = 1',
    'fsync_part_directory = 1',
  ],
  cluster: [`replicated_deduplication_window = ${DEDUPLICATION_WINDOW}`],
};

const commonSettings = [
  // Maps merge almost four times cheaper column by column.
  'vertical_merge_algorithm_min_columns_to_activate = 1',
  'vertical_merge_algorithm_min_rows_to_activate = 1',
];

/** The table that holds rows on this machine: behind a Distributed one it has a name of its own. */
export function localName(table: string, deployment: Deployment): string {
  return deployment.kind === 'cluster' ? `${table}_local` : table;
}

export function onCluster(deployment: Deployment): string {
  return deployment.kind === 'cluster' ? ` ON CLUSTER \`${deployment.cluster}\`` : '';
}

function engineOf({ name, merge, summed }: Table, deployment: Deployment): string {
  const own = summed === undefined ? [] : [`(${summed.join(', ')})`];
  if (deployment.kind !== 'cluster') return own.length === 0 ? merge : `${merge}(${own.join(', ')})`;
  const path = `'/clickhouse/tables/{shard}/${deployment.database}/${name}'`;
  return `Replicated${merge}(${[path, "'{replica}'", ...own].join(', ')})`;
}

function printGranule({ granule }: Table): string[] {
  if (granule === undefined) return [];
  return [`index_granularity = ${granule.rows}`, `min_compress_block_size = ${granule.blockBytes}`];
}

/** Settings for tables of which whole rows are shown: each column lies in as few files as can be. An older server does not know all of them. */
export function printFewFiles({ granule }: Table, { kind }: Deployment): string[] {
  if (granule === undefined || kind !== 'embedded') return [];
  return ["string_serialization_version = 'single_stream'", 'ratio_of_defaults_for_sparse_serialization = 1'];
}

const textIndexOf = ({ withoutTextIndex }: Deployment): keyof TextIndex =>
  withoutTextIndex === true ? 'fallback' : 'text';

function printColumn({ name, type, codec }: Table['columns'][number]): string {
  return `${name} ${type}${codec === undefined ? '' : ` CODEC(${codec})`}`;
}

/** The statements that create `table`. */
export function printTable(table: Table, deployment: Deployment): string[] {
  const { database } = deployment;
  const indexes = table.indexes.map((index) => (typeof index === 'string' ? index : index[textIndexOf(deployment)]));
  const lines = [...table.columns.map(printColumn), ...indexes.map((index) => `INDEX ${index}`)];
  const local = [
    `CREATE TABLE IF NOT EXISTS ${database}.${localName(table.name, deployment)}${onCluster(deployment)} (`,
    lines.map((line) => `  ${line}`).join(',\n'),
    `) ENGINE = ${engineOf(table, deployment)}`,
    ...(table.partitionBy.length === 0 ? [] : [`PARTITION BY (${table.partitionBy.join(', ')})`]),
    ...(table.indexed === undefined ? [] : [`PRIMARY KEY (${table.orderBy.slice(0, table.indexed).join(', ')})`]),
    `ORDER BY (${table.orderBy.join(', ')})`,
    `SETTINGS ${[...settings[deployment.kind], ...commonSettings, ...printGranule(table), ...printFewFiles(table, deployment)].join(', ')}`,
  ].join('\n');
  if (deployment.kind !== 'cluster') return [local];
  return [
    local,
    `CREATE TABLE IF NOT EXISTS ${database}.${table.name}${onCluster(deployment)} ` +
      `AS ${database}.${localName(table.name, deployment)}\n` +
      `ENGINE = Distributed('${deployment.cluster}', '${database}', '${localName(table.name, deployment)}', ${table.shardBy})`,
  ];
}
