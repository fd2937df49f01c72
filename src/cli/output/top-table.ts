// The table of `holter top`: where the time goes, by function or line.
import { computeTotals, frameLabel, stackOf, type Profile } from '../../profile/profile.ts';

export interface TopRow {
  readonly label: string;
  /** Samples with it as the innermost frame, and with it anywhere on the stack. */
  readonly own: number;
  readonly total: number;
}

/** One row for each frame. A frame that stands twice on a stack counts once. */
export function computeTopRows(profile: Profile): TopRow[] {
  const own = new Float64Array(profile.frames.length);
  const total = new Float64Array(profile.frames.length);
  const totals = computeTotals(profile);
  for (let node = 1; node < totals.length; node++) {
    const frame = profile.nodeFrames[node] as number;
    own[frame] = (own[frame] as number) + (profile.selfs[node] as number);
    const isRecursive = stackOf(profile, profile.parents[node] as number).includes(frame);
    if (!isRecursive) total[frame] = (total[frame] as number) + (totals[node] as number);
  }
  return profile.frames.map((frame, index) => ({
    label: frameLabel(frame),
    own: own[index] ?? 0,
    total: total[index] ?? 0,
  }));
}

/** Which column sorts: own %, total %, own time, total time, as py-spy's keys 1–4. */
export type TopOrder = 'own-recent' | 'total-recent' | 'own' | 'total';

export interface TopView {
  readonly command: string;
  readonly rate: number;
  /** Since the last reset. */
  readonly all: readonly TopRow[];
  /** Of the last interval, by label. */
  readonly recent: ReadonlyMap<string, TopRow>;
  readonly recentLooks: number;
  readonly gilShare: number;
  readonly activeShare: number;
  readonly threads: number;
  readonly processes: number;
  readonly samples: number;
  readonly uncertain: number;
  readonly late: number;
  readonly order: TopOrder;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`.padStart(8);

/** The screen as lines; `rows` and `columns` are those of the terminal. */
export function formatTop(view: TopView, rows: number, columns: number): string[] {
  const looks = Math.max(1, view.recentLooks);
  const seconds = (samples: number): string => `${(samples / view.rate).toFixed(2)}s`.padStart(9);
  const key = (row: TopRow): number => {
    if (view.order === 'own') return row.own;
    if (view.order === 'total') return row.total;
    const recent = view.recent.get(row.label);
    return (view.order === 'own-recent' ? recent?.own : recent?.total) ?? 0;
  };
  const sorted = view.all.toSorted((a, b) => key(b) - key(a) || b.own - a.own || b.total - a.total);
  const lines = [
    `Collecting samples from '${view.command}'`,
    `Total Samples ${view.samples} (${view.uncertain} uncertain, ${view.late} late)`,
    `GIL: ${percent(view.gilShare).trim()}, Active: ${percent(view.activeShare).trim()}, Threads: ${view.threads}, Processes: ${view.processes}`,
    '',
    '    %Own   %Total    OwnTime  TotalTime  Function',
  ];
  for (const row of sorted.slice(0, Math.max(1, rows - lines.length - 2))) {
    const recent = view.recent.get(row.label);
    const shares = `${percent((recent?.own ?? 0) / looks)} ${percent((recent?.total ?? 0) / looks)}`;
    lines.push(`${shares}  ${seconds(row.own)}  ${seconds(row.total)}  ${row.label}`);
  }
  return lines.map((line) => line.slice(0, columns));
}
