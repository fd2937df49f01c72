// /proc/diskstats. https://docs.kernel.org/admin-guide/iostats.html
import type { Exposition } from '../collect/exposition.ts';
import type { ProcFiles } from './proc-files.ts';

/** Partitions and what is no disk. */
const IGNORED = /^(?:z?ram|loop|fd|(?:h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;
const SECTOR = 512;
const MILLI = 1e-3;

/** One line a column behind the device's name. */
const columns: readonly (readonly [name: string, type: 'counter' | 'gauge', scale: number, help: string])[] = [
  ['reads_completed_total', 'counter', 1, 'The total number of reads completed successfully.'],
  ['reads_merged_total', 'counter', 1, 'The total number of reads merged.'],
  ['read_bytes_total', 'counter', SECTOR, 'The total number of bytes read successfully.'],
  ['read_time_seconds_total', 'counter', MILLI, 'The total number of seconds spent by all reads.'],
  ['writes_completed_total', 'counter', 1, 'The total number of writes completed successfully.'],
  ['writes_merged_total', 'counter', 1, 'The number of writes merged.'],
  ['written_bytes_total', 'counter', SECTOR, 'The total number of bytes written successfully.'],
  ['write_time_seconds_total', 'counter', MILLI, 'This is the total number of seconds spent by all writes.'],
  ['io_now', 'gauge', 1, 'The number of I/Os currently in progress.'],
  ['io_time_seconds_total', 'counter', MILLI, 'Total seconds spent doing I/Os.'],
  ['io_time_weighted_seconds_total', 'counter', MILLI, 'The weighted # of seconds spent doing I/Os.'],
  ['discards_completed_total', 'counter', 1, 'The total number of discards completed successfully.'],
  ['discards_merged_total', 'counter', 1, 'The total number of discards merged.'],
  ['discarded_sectors_total', 'counter', 1, 'The total number of sectors discarded successfully.'],
  ['discard_time_seconds_total', 'counter', MILLI, 'This is the total number of seconds spent by all discards.'],
  ['flush_requests_total', 'counter', 1, 'The total number of flush requests completed successfully'],
  [
    'flush_requests_time_seconds_total',
    'counter',
    MILLI,
    'This is the total number of seconds spent by all flush requests.',
  ],
];

export function writeDisk(proc: ProcFiles, out: Exposition): void {
  const disks = proc.rows('diskstats').filter(([, , device]) => device !== undefined && !IGNORED.test(device));
  for (const [index, [name, type, scale, help]] of columns.entries()) {
    const shown = disks.filter((row) => row[index + 3] !== undefined);
    if (shown.length === 0) continue;
    out.family(`node_disk_${name}`, type, help);
    for (const row of shown) out.sample(Number(row[index + 3]) * scale, { device: row[2]! });
  }
}
