// This machine and its Python processes, under the names of node_exporter 1.12 and of the Python client, so that dashboards and rules
// for these work. job="holter" keeps them apart from a node_exporter that runs beside.
import { hostname, machine, release, type as systemName, version } from 'node:os';
import { startCollector } from '../collect/collector.ts';
import { Exposition } from '../collect/exposition.ts';
import type { Intake } from '../intake.ts';
import type { TargetLoop } from '../scrape/target-loop.ts';
import { writeCpu } from './cpu.ts';
import { writeDisk } from './disk.ts';
import { FileSystems } from './filesystem.ts';
import { writeMemory } from './memory.ts';
import { writeNetwork } from './network.ts';
import { ProcFiles } from './proc-files.ts';
import { PythonProcesses } from './python-processes.ts';

/** Everything of this moment; `proc` is where /proc lies. */
export class HostMetrics {
  readonly #proc: ProcFiles;
  readonly #fileSystems = new FileSystems();
  readonly #processes = new PythonProcesses();

  constructor(proc = new ProcFiles()) {
    this.#proc = proc;
  }

  async read(): Promise<string> {
    const proc = this.#proc;
    const out = new Exposition();
    for (const write of [writeCpu, writeMemory, writeDisk, writeNetwork]) write(proc, out);
    await this.#fileSystems.write(proc, out);
    this.#processes.write(proc, out);
    out.single('node_time_seconds', 'gauge', 'System time in seconds since epoch (1970).', Date.now() / 1000);
    out
      .family('node_uname_info', 'gauge', 'Labeled system information as provided by the uname system call.')
      .sample(1, {
        domainname: proc.read('sys/kernel/domainname')?.trim() ?? '',
        machine: machine(),
        nodename: hostname(),
        release: release(),
        sysname: systemName(),
        version: version(),
      });
    return out.text;
  }
}

/** Begins to store the metrics of this machine. */
export function startHostMetrics(intake: Intake): TargetLoop {
  const metrics = new HostMetrics();
  return startCollector({ job: 'holter', instance: hostname(), collect: () => metrics.read() }, intake);
}
