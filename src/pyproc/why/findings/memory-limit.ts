// Memory near its limit, or growing towards it while we look.
import { readFileSync } from 'node:fs';
import { readProcessStatus } from '../../procfs/process-status.ts';
import type { Finding, FindingKind } from '../finding.ts';
import type { ProcessScene } from '../scene.ts';

const NEAR = 0.85;
const FAST_BYTES_PER_SECOND = 4 * 1024 * 1024;
const FAR_SECONDS = 3600;
const MIB = 1024 * 1024;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

interface MemoryLimit {
  readonly name: string;
  readonly bytes: number;
  readonly used: number;
}

/** The tightest limit that the kernel enforces: the control group's, or the address space's. */
function readLimit(process: ProcessScene, resident: number): MemoryLimit | undefined {
  const limits: MemoryLimit[] = [];
  const group = /^0::(.*)$/m.exec(readText(`/proc/${process.pid}/cgroup`) ?? '')?.[1];
  if (group !== undefined) {
    const folder = `/sys/fs/cgroup${group}`;
    const bytes = Number(readText(`${folder}/memory.max`) ?? Number.NaN);
    const used = Number(readText(`${folder}/memory.current`) ?? resident);
    if (Number.isFinite(bytes)) limits.push({ name: 'the limit of its control group', bytes, used });
  }
  const space = /^Max address space\s+(\d+)/m.exec(readText(`/proc/${process.pid}/limits`) ?? '')?.[1];
  const virtual = Number.parseInt(
    /^VmSize:\s*(\d+)/m.exec(readText(`/proc/${process.pid}/status`) ?? '')?.[1] ?? '0',
    10,
  );
  if (space !== undefined)
    limits.push({ name: 'its address space limit (ulimit -v)', bytes: Number(space), used: virtual * 1024 });
  return limits.toSorted((a, b) => a.bytes - a.used - (b.bytes - b.used))[0];
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / MIB)} MiB`;

export const findMemoryLimits: FindingKind = (scene) =>
  scene.processes.flatMap((process): Finding[] => {
    const resident = readProcessStatus(process.pid)?.residentBytes ?? process.status.residentBytes;
    const growth = (resident - process.residentBefore) / scene.windowSeconds;
    const limit = readLimit(process, resident);
    const isFast = growth >= FAST_BYTES_PER_SECOND;
    const share = limit === undefined ? 0 : limit.used / limit.bytes;
    if (!isFast && share < NEAR) return [];
    const parts = [`process ${process.pid} uses ${mebibytes(resident)} of memory`];
    if (isFast) parts.push(`growing by ${mebibytes(growth)} a second`);
    const left = limit === undefined ? Number.POSITIVE_INFINITY : (limit.bytes - limit.used) / Math.max(growth, 1);
    if (limit !== undefined) parts.push(`${Math.round(share * 100)} % of ${limit.name}, ${mebibytes(limit.bytes)}`);
    if (isFast && left < FAR_SECONDS) parts.push(`full in about ${Math.max(1, Math.round(left))} s`);
    // A process without a limit may grow: many do when they start.
    const severity = share >= NEAR || left < FAR_SECONDS ? 'fault' : 'note';
    const evidence = [`  what fills it: holter heap ${process.pid}`];
    return [{ kind: 'memory-growing', severity, summary: parts.join(', '), evidence }];
  });
