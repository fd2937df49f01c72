// Lines of standard input: `app 2>&1 | holter server --stdin`.
import { ClockJudge } from '../../pipeline/lines/clock-judge.ts';
import type { Intake } from '../intake.ts';
import { LineSource } from '../lines/line-source.ts';
import { sendStream, type CutLines } from '../lines/stream-lines.ts';

const JOIN_WAIT = 1000;

export interface StdinOptions {
  readonly intake: Intake;
  readonly stream?: AsyncIterable<Uint8Array>;
  readonly service?: string;
  readonly host?: string;
  /** Zone of naive clocks unless they prove to be UTC; default: this machine's. */
  readonly zone?: string;
  readonly clocks?: Readonly<Record<string, string>>;
  readonly joinWait?: number;
  /** Aborts waiting for an intake that is full. */
  readonly signal: AbortSignal;
}

/** Sends what comes in until the end of the input; resolves with what was cut of over-long lines. */
export function readStdin(options: StdinOptions): Promise<CutLines> {
  const zone = options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const lines = new LineSource({
    intake: options.intake,
    source: 'stdin',
    stream: { listener: 'stdin' },
    ...(options.service === undefined ? {} : { service: options.service }),
    ...(options.host === undefined ? {} : { host: options.host }),
    clocks: new ClockJudge(zone, options.clocks),
    zone,
    signal: options.signal,
  });
  return sendStream(options.stream ?? process.stdin, lines, options.joinWait ?? JOIN_WAIT);
}
