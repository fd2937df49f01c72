// The dashboards of this server: those that were imported, in the state store, and those of files, as they were last read. Both are kept as
// the text that came; what a list shows of them is read from it.
import { createHash } from 'node:crypto';
import type { DashboardResponse, DashboardSummary } from '../../api/dashboards.ts';
import { codedError } from '../../base/coded-error.ts';
import { ok, type Result } from '../../base/result.ts';
import type { Dashboard } from '../../dashboards/dashboard.ts';
import { parseDashboard } from '../../dashboards/parse-dashboard.ts';
import type { StateStore } from '../../storage/ports/state-store.ts';
import { serverErrors } from '../errors.ts';

const KEY_PREFIX = 'dashboard/';
const FILE_PREFIX = 'file-';
const ID = /^(?!file-)[\w-]{1,64}$/;
const HASH_DIGITS = 12;

interface StoredDashboard {
  readonly text: string;
  /** Nanoseconds. */
  readonly updated: string;
}

interface Held {
  readonly summary: DashboardSummary;
  readonly text: string;
}

export interface DashboardFile {
  readonly path: string;
  readonly text: string;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
const nowNanos = (): string => `${Date.now()}000000`;

function describe(dashboard: Dashboard, id: string, updated: string, file?: string): DashboardSummary {
  const panels = dashboard.sections.flatMap((section) => section.panels);
  return {
    id,
    title: dashboard.title === '' ? (file?.split('/').at(-1) ?? id) : dashboard.title,
    description: dashboard.description,
    tags: [...dashboard.tags],
    panels: panels.length,
    notDrawn: panels.filter(({ problem }) => problem !== undefined).length,
    updated,
    ...(file === undefined ? {} : { file }),
  };
}

export interface ReadDashboardFile extends DashboardFile {
  readonly dashboard: Dashboard;
}

/** The dashboard of a file, or the reason why it is none. */
export function readDashboardFile(file: DashboardFile): Result<ReadDashboardFile, string> {
  const parsed = parseDashboard(file.text);
  return parsed.ok ? ok({ ...file, dashboard: parsed.value }) : parsed;
}

export class DashboardLibrary {
  readonly #state: StateStore;
  #files: ReadonlyMap<string, Held> = new Map();
  /** What is shown of a stored text, so that a list does not read every text again; by key and version. */
  readonly #read = new Map<string, DashboardSummary>();

  constructor(state: StateStore) {
    this.#state = state;
  }

  /** Takes the place of the files that were read before. */
  setFiles(files: readonly ReadDashboardFile[]): void {
    const updated = nowNanos();
    this.#files = new Map(
      files.map(({ path, text, dashboard }) => {
        const summary = describe(dashboard, `${FILE_PREFIX}${hash(path)}`, updated, path);
        return [summary.id, { summary, text }];
      }),
    );
  }

  /** By title. */
  async list(): Promise<DashboardSummary[]> {
    const entries = await this.#state.list(KEY_PREFIX);
    const stored = entries.flatMap(({ key, version, value }) => {
      const mark = `${key} ${version}`;
      const summary = this.#read.get(mark) ?? this.#summarise(key, value as StoredDashboard);
      this.#read.set(mark, summary);
      return summary;
    });
    return [...[...this.#files.values()].map(({ summary }) => summary), ...stored].toSorted((one, other) =>
      one.title.localeCompare(other.title),
    );
  }

  async read(id: string): Promise<DashboardResponse> {
    const file = this.#files.get(id);
    if (file !== undefined) return { ...file.summary, text: file.text };
    const entry = await this.#state.get(KEY_PREFIX + id);
    if (entry === undefined) throw codedError(serverErrors, 'DASHBOARD_UNKNOWN', id);
    const stored = entry.value as StoredDashboard;
    return { ...this.#summarise(entry.key, stored), text: stored.text };
  }

  /** Durable when it resolves. */
  async import(text: string, replace: boolean): Promise<DashboardSummary> {
    const parsed = parseDashboard(text);
    if (!parsed.ok) throw codedError(serverErrors, 'DASHBOARD_UNREADABLE', parsed.error);
    const { uid, title } = parsed.value;
    const id = ID.test(uid) ? uid : hash(uid === '' ? `title ${title}` : `uid ${uid}`);
    const before = await this.#state.get(KEY_PREFIX + id);
    if (before !== undefined && !replace) {
      const other = this.#summarise(before.key, before.value as StoredDashboard);
      throw codedError(serverErrors, 'DASHBOARD_EXISTS', other.title, id);
    }
    const stored: StoredDashboard = { text, updated: nowNanos() };
    if (!(await this.#state.set(KEY_PREFIX + id, before?.version ?? 0, stored)))
      throw codedError(serverErrors, 'STATE_CONFLICT', `the dashboard ${id}`);
    return describe(parsed.value, id, stored.updated);
  }

  /** What was deleted. */
  async delete(id: string): Promise<DashboardSummary> {
    const file = this.#files.get(id)?.summary.file;
    if (file !== undefined) throw codedError(serverErrors, 'DASHBOARD_OF_FILE', id, file);
    const entry = await this.#state.get(KEY_PREFIX + id);
    if (entry === undefined) throw codedError(serverErrors, 'DASHBOARD_UNKNOWN', id);
    if (!(await this.#state.delete(entry.key, entry.version)))
      throw codedError(serverErrors, 'STATE_CONFLICT', `the dashboard ${id}`);
    return this.#summarise(entry.key, entry.value as StoredDashboard);
  }

  #summarise(key: string, { text, updated }: StoredDashboard): DashboardSummary {
    const id = key.slice(KEY_PREFIX.length);
    const parsed = parseDashboard(text);
    if (parsed.ok) return describe(parsed.value, id, updated);
    // Only a text that an older version took and this one does not.
    return { id, title: id, description: parsed.error, tags: [], panels: 0, notDrawn: 0, updated };
  }
}
