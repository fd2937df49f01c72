// The table of `holter top`: where the time goes, by function or line.
import { computeTotals, frameLabel, stackOf, type Profile } from '../../profile/profile.ts';

export interface TopRow {
  readonly label: string;
  /** Samples with it as the innermost frame, and with it anywhere on the stack. */
  readonly own: number;
  readonly total: number;
}

/** One row for each frame, or for each function. What stands twice on a stack counts once. */
export function computeTopRows(profile: Profile, byFunction = false): TopRow[] {
  const labels = profile.frames.map((frame) => frameLabel(byFunction ? { ...frame, line: 0 } : frame));
  const indexes = new Map<string, number>();
  const rowOf = labels.map((label) => {
    if (!indexes.has(label)) indexes.set(label, indexes.size);
    return indexes.get(label) as number;
  });
  const own = new Float64Array(indexes.size);
  const total = new Float64Array(indexes.size);
  const totals = computeTotals(profile);
  for (let node = 1; node < totals.length; node++) {
    const row = rowOf[profile.nodeFrames[node] as number] as number;
    own[row] = (own[row] as number) + (profile.selfs[node] as number);
    const isRecursive = stackOf(profile, profile.parents[node] as number).some((frame) => rowOf[frame] === row);
    if (!isRecursive) total[row] = (total[row] as number) + (totals[node] as number);
  }
  return [...indexes].map(([label, row]) => ({ label, own: own[row] ?? 0, total: total[row] ?? 0 }));
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
  /** A line of help at the end; none when it is empty. */
  readonly hint: string;
}

/** Below these a terminal is small: then only the columns that sort are shown, and only the lines that change. */
const WIDE_COLUMNS = 66;
const HIGH_ROWS = 12;

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`.padStart(8);

interface Columns {
  readonly head: string;
  readonly cells: (row: TopRow) => string;
}

function chooseColumns(view: TopView, columns: number): Columns {
  const looks = Math.max(1, view.recentLooks);
  const seconds = (samples: number): string => `${(samples / view.rate).toFixed(2)}s`.padStart(9);
  const shares: Columns = {
    head: '    %Own   %Total',
    cells: ({ label }) => {
      const recent = view.recent.get(label);
      return `${percent((recent?.own ?? 0) / looks)} ${percent((recent?.total ?? 0) / looks)}`;
    },
  };
  const times: Columns = {
    head: '  OwnTime  TotalTime',
    cells: (row) => `${seconds(row.own)}  ${seconds(row.total)}`,
  };
  if (columns < WIDE_COLUMNS) return view.order.endsWith('-recent') ? shares : times;
  return { head: `${shares.head}  ${times.head}`, cells: (row) => `${shares.cells(row)}  ${times.cells(row)}` };
}

/** The screen as lines; `rows` and `columns` are those of the terminal. */
export function formatTop(view: TopView, rows: number, columns: number): string[] {
  const key = (row: TopRow): number => {
    if (view.order === 'own') return row.own;
    if (view.order === 'total') return row.total;
    const recent = view.recent.get(row.label);
    return (view.order === 'own-recent' ? recent?.own : recent?.total) ?? 0;
  };
  const sorted = view.all.toSorted((a, b) => key(b) - key(a) || b.own - a.own || b.total - a.total);
  const { head, cells } = chooseColumns(view, columns);
  const command = `Collecting samples from '${view.command}'`;
  const facts = [
    `Total Samples ${view.samples} (${view.uncertain} uncertain, ${view.late} late)`,
    `GIL: ${percent(view.gilShare).trim()}, Active: ${percent(view.activeShare).trim()}, Threads: ${view.threads}, Processes: ${view.processes}`,
  ];
  const isHigh = rows >= HIGH_ROWS;
  const lines = [...(isHigh ? [command, ...facts, ''] : facts), `${head}  Function`];
  const last = view.hint === '' ? [] : isHigh ? ['', view.hint] : [view.hint];
  for (const row of sorted.slice(0, Math.max(1, rows - lines.length - last.length))) {
    lines.push(`${cells(row)}  ${row.label}`);
  }
  return [...lines, ...last].slice(0, rows).map((line) => line.slice(0, columns));
}
