// One source of lines on its way to the intake: lines are joined to records, records gather to a frame, a frame is offered until it
// is taken. What the naive clocks show is judged here, so that it stands in the frame.
import { CodedError } from '../../base/coded-error.ts';
import type { ClockJudge } from '../../pipeline/lines/clock-judge.ts';
import { LineDecoder } from '../../pipeline/lines/line-decoder.ts';
import { RecordJoiner } from '../../pipeline/lines/record-joiner.ts';
import { now } from '../clock.ts';
import type { UnixNanos } from '../../model/units.ts';
import type { FrameInput, Intake } from '../intake.ts';
import { encodeLines } from './frame-body.ts';

/** A frame is sent when it holds this much: decoding it keeps the thread for some three milliseconds. */
const FRAME_BYTES = 256 << 10;
const FRAME_RECORDS = 20_000;
/** Newest records of a frame whose clocks are looked at. */
const JUDGED_RECORDS = 16;
const DEFAULT_RETRY_SECONDS = 1;

export interface LineSourceOptions {
  readonly intake: Intake;
  /** As in FrameInput. */
  readonly source: string;
  readonly stream: Readonly<Record<string, string>>;
  readonly service?: string;
  readonly host?: string;
  readonly clocks: ClockJudge;
  readonly zone: string;
  /** Aborts waiting for an intake that is full. */
  readonly signal: AbortSignal;
}

/** Resolves after `seconds`, or rejects when the signal aborts. */
async function wait(seconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, seconds * 1000);
    signal.addEventListener('abort', stop, { once: true });
  });
}

export class LineSource {
  readonly #options: LineSourceOptions;
  readonly #joiner: RecordJoiner;
  readonly #decoder = new LineDecoder();
  #records: Uint8Array[] = [];
  #bytes = 0;
  #end: number | undefined;

  constructor(options: LineSourceOptions) {
    this.#options = options;
    this.#joiner = new RecordJoiner((record, end) => {
      this.#records.push(record);
      this.#bytes += record.length;
      this.#end = end;
    });
  }

  /** Takes a line; `end` is the input's position behind it. */
  add(line: Uint8Array, end: number): void {
    this.#joiner.push(line, end);
  }

  /** Whether lines wait for others that may belong to them. */
  get isPending(): boolean {
    return this.#joiner.isPending;
  }

  /** Ends the record that waits for more lines. */
  flush(): void {
    this.#joiner.flush();
  }

  get isFull(): boolean {
    return this.#bytes >= FRAME_BYTES || this.#records.length >= FRAME_RECORDS;
  }

  /**
   * Sends what is ready as one frame and resolves when it is durable; lines may be added meanwhile, a second frame may not be sent. `writtenNow` says that the lines have just been written;
   * `position` makes the input's position out of that behind the last record. Rejects when the signal aborts, or with the intake's
   * refusal.
   */
  async send(
    writtenNow: boolean,
    position?: (end: number) => Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>,
  ): Promise<number | undefined> {
    const records = this.#records;
    const end = this.#end;
    if (records.length === 0 || end === undefined) return undefined;
    const received = now();
    if (writtenNow) this.#judge(records, Number(received / 1_000_000_000n));
    const bytes = this.#bytes;
    // Lines that are added from here on belong to the next frame.
    this.#records = [];
    this.#bytes = 0;
    this.#end = undefined;
    let place: FrameInput['position'] | undefined;
    try {
      place = position === undefined ? undefined : await position(end);
    } catch (error) {
      this.#records = [...records, ...this.#records];
      this.#bytes += bytes;
      this.#end ??= end;
      throw error;
    }
    await this.#offer(this.#frame(received, records, place));
    return end;
  }

  /** Makes a position durable before there is any record. */
  async sendPosition(position: () => Promise<Readonly<Record<string, unknown>>>): Promise<void> {
    await this.#offer(this.#frame(now(), [], await position()));
  }

  #frame(
    received: UnixNanos,
    records: readonly Uint8Array[],
    position: FrameInput['position'] | undefined,
  ): FrameInput {
    const { source, stream, service, host, clocks, zone } = this.#options;
    const named = { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) };
    return {
      kind: 'lines',
      source,
      received,
      meta: { stream, zone, clocks: clocks.clocks, ...named },
      ...(position === undefined ? {} : { position }),
      body: encodeLines(records),
    };
  }

  async #offer(frame: FrameInput): Promise<void> {
    const { intake, signal } = this.#options;
    for (;;) {
      try {
        await intake.accept(frame);
        return;
      } catch (error) {
        if (!(error instanceof CodedError) || error.retryAfterSeconds === undefined) throw error;
        await wait(error.retryAfterSeconds || DEFAULT_RETRY_SECONDS, signal);
      }
    }
  }

  /** Looks at the clock of a line that was written at `arrival` (seconds), without taking it. */
  judge(line: Uint8Array, arrival: number): void {
    const reading = this.#decoder.readClock(line, 0, line.length);
    if (reading !== undefined) this.#options.clocks.observe(reading, arrival);
  }

  #judge(records: readonly Uint8Array[], arrival: number): void {
    for (const record of records.slice(-JUDGED_RECORDS)) this.judge(record, arrival);
  }
}
