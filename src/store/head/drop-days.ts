// After retention: days whose series are gone from the tables are gone from the index too.
import type { RequestRunner } from '../../storage/clickhouse/engine.ts';
import type { DroppedPartition } from '../../storage/retention.ts';
import type { HotHead } from './hot-head.ts';
import { findFirstDay } from './rebuild-head.ts';

export async function dropDays(
  head: HotHead,
  runner: RequestRunner,
  dropped: readonly DroppedPartition[],
): Promise<void> {
  const days = dropped.filter(({ table }) => table === 'series').map(({ day }) => day);
  if (days.length === 0) return;
  // Another retention class may still have series on the day.
  const firstDay = await findFirstDay(runner);
  for (const day of days) if (day < firstDay) head.index.days.drop(day);
}
