// /proc/meminfo, /proc/vmstat, /proc/pressure.
import type { Exposition } from '../collect/exposition.ts';
import { numberIn, type ProcFiles } from './proc-files.ts';

const VMSTAT = /^(?:oom_kill|pgpg|pswp|pg.*fault)/;

export function writeMemory(proc: ProcFiles, out: Exposition): void {
  for (const [name = '', value, unit] of proc.rows('meminfo')) {
    const field = name.replace(/:$/, '').replace(/\((.*)\)/, '_$1');
    const bytes = numberIn(value);
    const isKilobytes = unit === 'kB';
    out.single(
      `node_memory_${field}${isKilobytes ? '_bytes' : ''}`,
      'gauge',
      `Memory information field ${field}${isKilobytes ? '_bytes' : ''}.`,
      bytes === undefined || !isKilobytes ? bytes : bytes * 1024,
    );
  }
  for (const [name = '', value] of proc.rows('vmstat'))
    if (VMSTAT.test(name))
      out.single(`node_vmstat_${name}`, 'untyped', `/proc/vmstat information field ${name}.`, numberIn(value));
  writePressure(proc, out);
}

/** Where processes wait: `some total=…` µs is waiting, `full` is stalled. */
function writePressure(proc: ProcFiles, out: Exposition): void {
  const totals = (resource: string, kind: string): number | undefined => {
    const row = proc.rows(`pressure/${resource}`).find(([first]) => first === kind);
    const micros = numberIn(row?.find((word) => word.startsWith('total='))?.slice('total='.length));
    return micros === undefined ? undefined : micros / 1e6;
  };
  const lines = [
    [
      'cpu',
      'some',
      'node_pressure_cpu_waiting_seconds_total',
      'Total time in seconds that processes have waited for CPU time',
    ],
    [
      'io',
      'some',
      'node_pressure_io_waiting_seconds_total',
      'Total time in seconds that processes have waited due to IO congestion',
    ],
    [
      'io',
      'full',
      'node_pressure_io_stalled_seconds_total',
      'Total time in seconds no process could make progress due to IO congestion',
    ],
    [
      'memory',
      'some',
      'node_pressure_memory_waiting_seconds_total',
      'Total time in seconds that processes have waited for memory',
    ],
    [
      'memory',
      'full',
      'node_pressure_memory_stalled_seconds_total',
      'Total time in seconds no process could make progress due to memory congestion',
    ],
    [
      'irq',
      'full',
      'node_pressure_irq_stalled_seconds_total',
      'Total time in seconds no process could make progress due to IRQ congestion',
    ],
  ] as const;
  for (const [resource, kind, name, help] of lines) out.single(name, 'counter', help, totals(resource, kind));
}
