// Changes of the schema, numbered and recorded in the database. A new database starts with the tables as they are now; an older
// one gets what it lacks; a newer one than this program knows is refused.
import { codedError } from '../../base/coded-error.ts';
import type { Driver } from './driver/driver.ts';
import { storageErrors } from './driver/engine-errors.ts';
import { decodeNative } from './native/decode-native.ts';
import { allTables } from './tables/all-tables.ts';
import { DURATION_BUCKET } from './sql/fields.ts';
import { logCounts } from './tables/log-counts.ts';
import { serviceEdges } from './tables/service-edges.ts';
import { spanCounts } from './tables/span-counts.ts';
import type { Table } from './tables/table.ts';
import { localName, onCluster, printFewFiles, printTable, type Deployment } from './tables/print-tables.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: (deployment: Deployment) => readonly string[];
}

const MINUTE =
  'intDiv(toUnixTimestamp64Nano(time) - positiveModulo(toUnixTimestamp64Nano(time), 60000000000), 60000000000)';

/** The table, empty: what a migration that was killed half-way left in it is gone. */
function printTableAnew(table: Table, deployment: Deployment): string[] {
  const names = new Set([table.name, localName(table.name, deployment)]);
  return [
    ...Array.from(names, (name) => `DROP TABLE IF EXISTS ${deployment.database}.${name}${onCluster(deployment)} SYNC`),
    ...printTable(table, deployment),
  ];
}

/** Every span is a count of one, which the table adds up itself: nothing is held in memory, however many there are. */
function printSpanCounts(deployment: Deployment): string[] {
  const { database } = deployment;
  return [
    ...printTableAnew(spanCounts, deployment),
    `INSERT INTO ${database}.${spanCounts.name} ` +
      '(minute, day, retention, service, name, kind, status, duration_bucket, weight, rows, duration) ' +
      `SELECT toInt32(${MINUTE}) AS minute, toDate(greatest(0, intDiv(minute, 1440))), retention, service, name, kind, status, ` +
      `${DURATION_BUCKET}, toFloat64(weight), toFloat64(1), toFloat64(duration) * weight FROM ${database}.spans`,
  ];
}

/** What is counted from the rows is counted again: a SummingMergeTree does not learn to add up another column. */
function printCountsAgain(deployment: Deployment): string[] {
  const { database } = deployment;
  return [
    ...printTableAnew(logCounts, deployment),
    `INSERT INTO ${database}.${logCounts.name} (minute, day, retention, service, severity, weight, rows) ` +
      `SELECT toInt32(${MINUTE}) AS minute, toDate(greatest(0, intDiv(minute, 1440))) AS day, retention, service, severity, ` +
      `sum(toFloat64(weight)), toFloat64(count()) FROM ${database}.logs GROUP BY minute, day, retention, service, severity`,
  ];
}

/** What is there already is written again as it merges. */
function printFewFilesFor(table: Table, deployment: Deployment): string[] {
  const changed = printFewFiles(table, deployment);
  return changed.length === 0
    ? []
    : [`ALTER TABLE ${deployment.database}.${table.name} MODIFY SETTING ${changed.join(', ')}`];
}

/** Ascending by version, without gaps. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'first tables',
    statements: (deployment) => allTables.flatMap((table) => printTable(table, deployment)),
  },
  {
    version: 2,
    name: 'counts of logs say how many rows they are of',
    statements: (deployment) => printCountsAgain(deployment),
  },
  {
    version: 3,
    name: 'counts of spans',
    statements: (deployment) => printSpanCounts(deployment),
  },
  {
    version: 4,
    name: 'calls between services',
    // They begin here: what calls what is found while spans come in.
    statements: (deployment) => printTable(serviceEdges, deployment),
  },
  {
    version: 5,
    name: 'rows are read from fewer files',
    statements: (deployment) => allTables.flatMap((table) => printFewFilesFor(table, deployment)),
  },
];

function printVersionTable(deployment: Deployment): string {
  const engine =
    deployment.kind === 'cluster'
      ? `ReplicatedMergeTree('/clickhouse/tables/${deployment.database}/schema_migrations', '{shard}-{replica}')`
      : 'MergeTree';
  return (
    `CREATE TABLE IF NOT EXISTS ${deployment.database}.schema_migrations${onCluster(deployment)} ` +
    `(version UInt32, name String, applied DateTime64(3, 'UTC')) ENGINE = ${engine} ORDER BY version`
  );
}

/** Brings the database to this program's version and says which migrations that took. */
export async function applyMigrations(driver: Driver): Promise<readonly Migration[]> {
  const { deployment } = driver;
  await driver.command(printVersionTable(deployment));
  const table = `${deployment.database}.schema_migrations`;
  const answer = await driver.query(`SELECT max(version) AS version FROM ${table}`, {});
  const found = Number((decodeNative(answer.bytes).columns['version'] as Uint32Array)[0] ?? 0);
  const known = migrations.at(-1)!.version;
  if (found > known) throw codedError(storageErrors, 'STORE_SCHEMA_NEWER', found, known);
  const missing = migrations.filter((migration) => migration.version > found);
  for (const migration of missing) {
    for (const statement of migration.statements(deployment)) await driver.command(statement);
    await driver.command(`INSERT INTO ${table} SELECT ${migration.version}, '${migration.name}', now64(3, 'UTC')`);
  }
  return missing;
}
