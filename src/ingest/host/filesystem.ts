// Space on the file systems of /proc/mounts. One that hangs (a network share whose server is gone) is not asked again until it answers.
import { statfs } from 'node:fs/promises';
import type { Exposition } from '../collect/exposition.ts';
import type { ProcFiles } from './proc-files.ts';

const IGNORED_TYPES =
  /^(?:autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$/;
const IGNORED_PATHS =
  /^\/(?:dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)(?:$|\/)/;
const PATIENCE = 1000;
const MAX_MOUNTS = 200;

interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly isReadOnly: boolean;
}

interface Space {
  readonly size: number;
  readonly free: number;
  readonly avail: number;
  readonly files: number;
  readonly filesFree: number;
}

/** Spaces and other bytes stand as octal numbers. */
const unescape = (text: string): string =>
  text.replaceAll(/\\(\d{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

export function readMounts(proc: ProcFiles): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const [device = '', path = '', fstype = '', options = ''] of proc.rows('1/mounts').length > 0
    ? proc.rows('1/mounts')
    : proc.rows('self/mounts')) {
    const mountpoint = unescape(path);
    if (IGNORED_TYPES.test(fstype) || IGNORED_PATHS.test(mountpoint) || mounts.size >= MAX_MOUNTS) continue;
    mounts.set(mountpoint, {
      device: unescape(device),
      mountpoint,
      fstype,
      isReadOnly: options.split(',').includes('ro'),
    });
  }
  return [...mounts.values()];
}

const lines: readonly (readonly [field: keyof Space, name: string, help: string])[] = [
  ['size', 'size_bytes', 'Filesystem size in bytes.'],
  ['free', 'free_bytes', 'Filesystem free space in bytes.'],
  ['avail', 'avail_bytes', 'Filesystem space available to non-root users in bytes.'],
  ['files', 'files', 'Filesystem total file nodes.'],
  ['filesFree', 'files_free', 'Filesystem total free file nodes.'],
];

export class FileSystems {
  readonly #hanging = new Set<string>();

  async write(proc: ProcFiles, out: Exposition): Promise<void> {
    const mounts = readMounts(proc);
    const spaces = await Promise.all(mounts.map(({ mountpoint }) => this.#space(mountpoint)));
    const labelsOf = ({ device, mountpoint, fstype }: Mount): Record<string, string> => ({
      device,
      fstype,
      mountpoint,
    });
    for (const [field, name, help] of lines) {
      out.family(`node_filesystem_${name}`, 'gauge', help);
      for (const [index, mount] of mounts.entries()) out.sample(spaces[index]?.[field], labelsOf(mount));
    }
    out.family('node_filesystem_readonly', 'gauge', 'Filesystem read-only status.');
    for (const mount of mounts) out.sample(mount.isReadOnly ? 1 : 0, labelsOf(mount));
    out.family(
      'node_filesystem_device_error',
      'gauge',
      'Whether an error occurred while getting statistics for the given device.',
    );
    for (const [index, mount] of mounts.entries()) out.sample(spaces[index] === undefined ? 1 : 0, labelsOf(mount));
  }

  async #space(path: string): Promise<Space | undefined> {
    if (this.#hanging.has(path)) return undefined;
    this.#hanging.add(path);
    const asked = statfs(path)
      .then(({ bsize, blocks, bfree, bavail, files, ffree }): Space => {
        return { size: blocks * bsize, free: bfree * bsize, avail: bavail * bsize, files, filesFree: ffree };
      })
      .catch(() => undefined)
      .finally(() => this.#hanging.delete(path));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, PATIENCE, undefined)));
    const space = await Promise.race([asked, late]);
    clearTimeout(timer);
    return space;
  }
}
