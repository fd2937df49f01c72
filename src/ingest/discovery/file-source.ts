// Targets in files, JSON or YAML: looked at when their folder changes, and at the interval for folders that cannot be watched. A file
// that cannot be understood keeps what it said before; one that is gone takes its targets along.
import { globSync, watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseTargetGroups } from '../../config/prometheus/target-groups.ts';
import { groupOf, type DiscoveredGroup, type TargetSource } from './discovered-group.ts';

const MAX_FILES = 10_000;
/** A file that is being written is read when it has been quiet for so long (ms). */
const QUIET = 200;

export function fileSource(files: readonly string[], interval: number): TargetSource {
  let known = new Map<string, readonly DiscoveredGroup[]>();
  return {
    interval,

    async find(_signal, report) {
      const paths = [...new Set(files.flatMap((pattern) => globSync(pattern).toSorted()))].slice(0, MAX_FILES);
      const next = new Map<string, readonly DiscoveredGroup[]>();
      for (const path of paths) {
        try {
          const parsed = parseTargetGroups(await readFile(path, 'utf8'), /\.json$/i.test(path) ? 'json' : 'yaml');
          if (!parsed.ok) throw new Error(parsed.error);
          next.set(
            path,
            parsed.value.map((group) => groupOf(group, ['__meta_filepath', path])),
          );
        } catch (error) {
          report(`${path}: ${(error as Error).message}`);
          const before = known.get(path);
          if (before !== undefined) next.set(path, before);
        }
      }
      known = next;
      return [...known.values()].flat();
    },

    watch(changed) {
      let timer: NodeJS.Timeout | undefined;
      const watchers: FSWatcher[] = [];
      for (const folder of new Set(files.map((file) => dirname(file)))) {
        try {
          const watcher = watch(folder, { persistent: false }, () => {
            clearTimeout(timer);
            timer = setTimeout(changed, QUIET);
          });
          watcher.on('error', () => watcher.close());
          watchers.push(watcher);
        } catch {
          // A folder that is not there is looked for at the interval.
        }
      }
      return () => {
        clearTimeout(timer);
        for (const watcher of watchers) watcher.close();
      };
    },
  };
}
