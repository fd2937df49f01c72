// What the front does with one answer of a target: reading it, seeing what is new and what ended, writing it into a block. CPU time of
// this thread, without the network and the disk. `node bin/run.js bench/scrape-decode.ts [SERIES] [ROUNDS]` prints µs a sample.
import { AnswerReader } from '../src/ingest/scrape/answer-reader.ts';
import { encodeScrapeBody } from '../src/ingest/scrape/scrape-body.ts';
import { rememberReader, scrapeFrame } from '../src/ingest/scrape/scrape-frame.ts';
import { SeriesTracker } from '../src/ingest/scrape/series-tracker.ts';
import { TelemetryBlock } from '../src/model/telemetry-block.ts';
import type { UnixNanos } from '../src/model/units.ts';

const series = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 30);
const WARM_UP = 3;
const ANSWERS = 4;
const FAMILY = 100;
const labels = [
  ['instance', 'shop:8000'],
  ['job', 'shop'],
] as const;

/** Histograms of many paths whose counts grow a little from answer to answer. */
function makeAnswer(round: number): Uint8Array {
  const lines: string[] = [];
  for (let family = 0; family < series / FAMILY; family++) {
    const name = `http_request_duration_seconds_${family}`;
    lines.push(`# HELP ${name} How long it took.`, `# TYPE ${name} histogram`);
    for (let i = 0; i < FAMILY; i++) {
      const fraction = i % 10 === 0 ? '.25' : '';
      const own = `method="GET",path="/api/v1/things/${i % 10}",status="200",le="${(i + 1) / 100}"`;
      lines.push(`${name}_bucket{${own}} ${i * 7 + round * (i % 13)}${fraction}`);
    }
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

const answers = Array.from({ length: ANSWERS }, (_, round) => makeAnswer(round));
const limits = { names: 'utf8', labels: 0, labelNameLength: 0, labelValueLength: 0 } as const;
const reader = new AnswerReader({ labels, honorLabels: false, relabel: [] }, true, limits);
const tracker = new SeriesTracker(reader, false);
const block = new TelemetryBlock();
const spent: Record<string, number> = { 'read an answer': 0, 'track series': 0, 'write a block': 0 };

function time(name: string, run: () => void): void {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  spent[name]! += user + system;
}

for (let round = 0; round < rounds + WARM_UP; round++) {
  if (round === WARM_UP) for (const name of Object.keys(spent)) spent[name] = 0;
  const answer = answers[round % ANSWERS]!;
  time('read an answer', () => {
    const problem = reader.read(answer, 'text');
    if (problem !== undefined) throw new Error(problem);
  });
  time('track series', () => tracker.take());
  time('write a block', () => {
    const body = encodeScrapeBody({ answer, gone: new Uint8Array(0) });
    rememberReader(body, reader);
    const at = 1_795_255_933_000 + round * 15_000;
    const meta = { time: at, labels, honorTimestamps: true, format: 'text', report: [['up', 1]] };
    const received = (BigInt(at) * 1_000_000n) as UnixNanos;
    const expiredBefore = { logs: 0n, spans: 0n, metrics: 0n };
    scrapeFrame.decode(body, { source: 'bench', received, meta, expiredBefore }, block);
  });
  // A block holds about two answers, so that labels are written again as often as in a server.
  if (round % 2 === 1) block.clear();
}
for (const [name, micros] of Object.entries(spent))
  console.log(`${name.padEnd(16)} ${(micros / rounds / series).toFixed(3)} µs a sample`);
