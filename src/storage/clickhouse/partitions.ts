// Retention by partition: what is over is dropped whole, never mutated. When the disk fills, the oldest day goes first.
import { statfs } from 'node:fs/promises';
import type { DroppedPartition, RetentionClass, RetentionPolicy } from '../retention.ts';
import { defaultRetention } from '../retention.ts';
import type { Driver } from './driver/driver.ts';
import { decodeNative } from './native/decode-native.ts';
import { printText } from './sql/literals.ts';
import { allTables } from './tables/all-tables.ts';
import { localName, onCluster } from './tables/print-tables.ts';
import type { Retained, Table } from './tables/table.ts';

const DAY = 86_400_000;

interface Partition {
  readonly table: Table;
  readonly id: string;
  readonly day: number;
  readonly retention: number;
  readonly bytes: number;
}

const keptFor: Readonly<Record<Exclude<Retained, 'forever'>, (one: RetentionClass) => number>> = {
  logs: ({ logs }) => logs,
  traces: ({ traces }) => traces,
  metrics: ({ metrics }) => metrics,
  'logs-traces': ({ logs, traces }) => Math.max(logs, traces),
  all: ({ logs, traces, metrics }) => Math.max(logs, traces, metrics),
};

async function readPartitions(driver: Driver): Promise<Partition[]> {
  const { deployment } = driver;
  const byName = new Map(allTables.map((table) => [localName(table.name, deployment), table]));
  const answer = await driver.query(
    'SELECT table, partition_id AS id, any(partition) AS name, sum(bytes_on_disk) AS bytes FROM system.parts ' +
      `WHERE active AND database = ${printText(deployment.database)} GROUP BY table, partition_id`,
    {},
  );
  const { columns, rows } = decodeNative(answer.bytes);
  const partitions: Partition[] = [];
  for (let i = 0; i < rows; i++) {
    const table = byName.get((columns['table'] as readonly string[])[i]!);
    const name = (columns['name'] as readonly string[])[i]!;
    // A partition's name is its key as a tuple: ('2026-11-21',0).
    const key = /^\('(\d{4}-\d\d-\d\d)',(\d+)\)$/.exec(name);
    if (table === undefined || table.retained === 'forever' || key === null) continue;
    partitions.push({
      table,
      id: (columns['id'] as readonly string[])[i]!,
      day: Date.parse(key[1]!) / DAY,
      retention: Number(key[2]),
      bytes: Number((columns['bytes'] as BigUint64Array)[i]!),
    });
  }
  return partitions;
}

async function readDeadBytes(driver: Driver): Promise<number> {
  const { bytes } = await driver.query(
    `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE NOT active AND database = ${printText(driver.deployment.database)}`,
    {},
  );
  return Number((decodeNative(bytes).columns['bytes'] as BigUint64Array)[0]!);
}

/** Whether no row of the partition can be young enough any more. */
export function isExpired(
  { retained, day, retention }: { retained: Retained; day: number; retention: number },
  policy: RetentionPolicy,
  nowMillis: number,
): boolean {
  if (retained === 'forever') return false;
  const kept = keptFor[retained](policy.classes[retention] ?? policy.classes[0] ?? defaultRetention);
  return (day + 1) * DAY + kept <= nowMillis;
}

async function drop(driver: Driver, { table, id }: Partition): Promise<void> {
  const { deployment } = driver;
  const name = `${deployment.database}.${localName(table.name, deployment)}`;
  await driver.command(`ALTER TABLE ${name}${onCluster(deployment)} DROP PARTITION ID ${printText(id)}`);
}

/**
 * Drops what is over. `folder` is the disk whose share is watched; without it (a server has its own disks) only time counts.
 * The newest day always stays.
 */
export async function applyRetention(
  driver: Driver,
  policy: RetentionPolicy,
  nowMillis: number,
  folder: string | undefined,
): Promise<DroppedPartition[]> {
  const dropped: DroppedPartition[] = [];
  const give = async (partition: Partition, reason: DroppedPartition['reason']): Promise<void> => {
    await drop(driver, partition);
    const { table, day, retention } = partition;
    dropped.push({ table: table.name, day, retention, reason });
  };
  const all = await readPartitions(driver);
  const over = (one: Partition): boolean => isExpired({ ...one, retained: one.table.retained }, policy, nowMillis);
  for (const partition of all.filter(over)) await give(partition, 'expired');
  if (folder === undefined || policy.diskShare === undefined) return dropped;

  const { blocks, bavail, bsize } = await statfs(folder);
  // What was dropped or merged stays on the disk for some minutes; it is as good as gone.
  let excess = (blocks - bavail) * bsize - (await readDeadBytes(driver)) - policy.diskShare * blocks * bsize;
  const left = all.filter((one) => !over(one));
  const newest = Math.max(...left.map((one) => one.day));
  for (const day of [...new Set(left.map((one) => one.day))].toSorted((a, b) => a - b)) {
    if (excess <= 0 || day >= newest) break;
    for (const partition of left.filter((one) => one.day === day)) {
      await give(partition, 'disk');
      excess -= partition.bytes;
    }
  }
  return dropped;
}
