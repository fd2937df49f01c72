// The house: who may import whom. Data walks downwards; a folder that is not listed may not exist under src/.

/** What one folder of src/ may import besides itself, and whether it may use `node:` modules. */
export interface FolderRule {
  /** Folders of src/; a path with a slash allows only that file or sub-folder. */
  readonly imports: readonly string[];
  /** `true`: anywhere; a list: only in files whose path (from the folder) starts with one of these. */
  readonly node: boolean | readonly string[];
}

const words = (text: string): string[] => text.split(' ');
const storagePorts = 'storage/ports';

export const importTable: Readonly<Record<string, FolderRule>> = {
  base: { imports: [], node: false },
  model: { imports: ['base'], node: false },
  profile: { imports: ['base', 'model'], node: false },
  formats: { imports: ['base', 'model', 'profile'], node: false },
  pyproc: { imports: ['base', 'model', 'profile'], node: true },
  config: { imports: ['base', 'model'], node: false },
  spool: { imports: ['base', 'model'], node: true },
  storage: { imports: ['base', 'model', 'spool'], node: ['clickhouse/', 'state/'] },
  pipeline: { imports: ['base', 'model', 'config'], node: false },
  query: { imports: ['base', 'model', storagePorts], node: false },
  store: { imports: ['base', 'model', 'spool', 'storage', 'query'], node: true },
  ingest: { imports: ['base', 'model', 'config', 'formats', 'pipeline', 'spool', storagePorts], node: true },
  alerting: { imports: ['base', 'model', 'config', 'query', storagePorts], node: true },
  incident: { imports: ['base', 'model', 'query', 'alerting', 'profile', storagePorts], node: true },
  dashboards: { imports: ['base', 'model'], node: false },
  agent: {
    imports: ['base', 'model', 'config', 'formats', 'ingest', 'spool', 'pyproc', 'profile', 'incident/ports'],
    node: true,
  },
  api: { imports: ['base', 'model'], node: false },
  server: {
    imports: words(
      'base model profile formats pyproc config spool storage pipeline query store ingest alerting incident dashboards agent api',
    ),
    node: true,
  },
  cli: {
    imports: words('base model api config formats profile pyproc query alerting pipeline server/main agent/main'),
    node: true,
  },
  ui: { imports: ['base', 'model', 'api', 'profile', 'dashboards'], node: false },
};
