// /proc/stat and /proc/loadavg.
import type { Exposition } from '../collect/exposition.ts';
import { numberIn, TICKS, type ProcFiles } from './proc-files.ts';

const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'];

export function writeCpu(proc: ProcFiles, out: Exposition): void {
  const rows = proc.rows('stat');
  const cpus = rows.filter(([name]) => /^cpu\d+$/.test(name ?? ''));
  out.family('node_cpu_seconds_total', 'counter', 'Seconds the CPUs spent in each mode.');
  for (const [name = '', ...ticks] of cpus)
    for (const [index, mode] of modes.entries())
      out.sample(Number(ticks[index] ?? 0) / TICKS, { cpu: name.slice(3), mode });
  out.family('node_cpu_guest_seconds_total', 'counter', 'Seconds the CPUs spent in guests (VMs) for each mode.');
  for (const [name = '', ...ticks] of cpus)
    for (const [index, mode] of ['user', 'nice'].entries())
      out.sample(Number(ticks[modes.length + index] ?? 0) / TICKS, { cpu: name.slice(3), mode });
  const value = (name: string): number | undefined => numberIn(rows.find(([first]) => first === name)?.[1]);
  out
    .single('node_boot_time_seconds', 'gauge', 'Node boot time, in unixtime.', value('btime'))
    .single('node_context_switches_total', 'counter', 'Total number of context switches.', value('ctxt'))
    .single('node_forks_total', 'counter', 'Total number of forks.', value('processes'))
    .single('node_intr_total', 'counter', 'Total number of interrupts serviced.', value('intr'))
    .single('node_procs_running', 'gauge', 'Number of processes in runnable state.', value('procs_running'))
    .single(
      'node_procs_blocked',
      'gauge',
      'Number of processes blocked waiting for I/O to complete.',
      value('procs_blocked'),
    );
  const [loads = []] = proc.rows('loadavg');
  for (const [index, minutes] of [1, 5, 15].entries())
    out.single(`node_load${minutes}`, 'gauge', `${minutes}m load average.`, numberIn(loads[index]));
}
