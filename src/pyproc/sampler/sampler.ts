// Starts and stops the sampling thread, and hands out its counters and at the end its profile.
import { Worker } from 'node:worker_threads';
import type { Profile } from '../../profile/profile.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { siblingModule } from '../../base/sibling-module.ts';
import { workerEnvironment } from './worker-environment.ts';
import type { AttachError } from '../attach-error.ts';
import { COUNTER_COUNT, counter, type SamplerRequest } from './protocol.ts';

type Message =
  | { readonly kind: 'failed'; readonly error: AttachError }
  | { readonly kind: 'snapshot'; readonly profile: Profile; readonly counters: Int32Array }
  | { readonly kind: 'done'; readonly profile: Profile };

export type SamplerCounters = Readonly<Record<Exclude<keyof typeof counter, 'stop'>, number>>;

function readCounters(counters: Int32Array): SamplerCounters {
  const at = (place: number): number => counters[place] ?? 0;
  return {
    samples: at(counter.samples),
    late: at(counter.late),
    uncertain: at(counter.uncertain),
    failed: at(counter.failed),
    withGil: at(counter.withGil),
    active: at(counter.active),
    looks: at(counter.looks),
    threads: at(counter.threads),
    processes: at(counter.processes),
  };
}

/** A running recording. `finished` never rejects for reasons of the target. */
export class Sampler {
  readonly finished: Promise<Result<Profile, AttachError>>;
  readonly #counters: Int32Array;
  /** Called with each copy that `snapshotMs` asks for, and the counters of the same moment. */
  onSnapshot: (profile: Profile, counters: SamplerCounters) => void = () => undefined;

  constructor(request: Omit<SamplerRequest, 'counters'>) {
    const counters = new SharedArrayBuffer(COUNTER_COUNT * 4);
    this.#counters = new Int32Array(counters);
    const worker = new Worker(siblingModule(import.meta.url, './sampler-worker'), {
      workerData: { ...request, counters },
      env: workerEnvironment(),
    });
    this.finished = new Promise((resolve, reject) => {
      worker.on('message', (message: Message) => {
        if (message.kind === 'snapshot') this.onSnapshot(message.profile, readCounters(message.counters));
        else resolve(message.kind === 'failed' ? err(message.error) : ok(message.profile));
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the sampling thread ended early (${code})`)));
    });
  }

  /** Ends the recording; `finished` then resolves with what there is. */
  stop(): void {
    Atomics.store(this.#counters, counter.stop, 1);
    Atomics.notify(this.#counters, counter.stop);
  }

  read(): SamplerCounters {
    return readCounters(this.#counters);
  }
}
