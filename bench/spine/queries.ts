// Queries through the API, on what the load generator sent.
import { createHash } from 'node:crypto';
import type { HolterUnderTest } from '../holter-under-test.ts';
import { threadsOf } from '../process-meter.ts';
import type { Page } from './page.ts';

const RUNS = 11;
const logs = '/api/holter/v1/logs';
const traces = '/api/holter/v1/traces';
const day = (hours: number): { from: string; to: string } => ({ from: `now-${hours}h`, to: 'now' });

export interface TimedQuery {
  readonly name: string;
  readonly path: string;
  /** A POST when there is one. */
  readonly body?: unknown;
  /** Milliseconds that were asked for on 2 M rows. */
  readonly bar?: number;
}

/** The load generator's ids: md5 of the number of the trace. */
const traceIdOf = (number: number): string => createHash('md5').update(String(number)).digest('hex');

function queriesOn(rows: number): TimedQuery[] {
  const substring = { field: 'body', op: 'contains', value: 'imed ou' };
  return [
    { name: 'needle', path: `${logs}/search`, body: { ...day(3), text: 'needle-7f3a9c', limit: 10 }, bar: 8 },
    {
      name: 'logs of a trace id',
      path: `${logs}/search`,
      body: { ...day(3), traceId: traceIdOf(Math.floor(rows / 10)), limit: 100 },
      bar: 8,
    },
    { name: 'trace by id', path: `${traces}/${traceIdOf(777)}`, bar: 8 },
    { name: 'last 100 rows', path: `${logs}/search`, body: { ...day(3), limit: 100 } },
    { name: 'last 100 errors', path: `${logs}/search`, body: { ...day(3), level: ['error'], limit: 100 }, bar: 18 },
    {
      name: 'errors by service, 20 minutes',
      path: `${logs}/top-values`,
      body: { ...day(0.34), level: ['error'], field: 'service' },
      bar: 5,
    },
    { name: 'histogram by level, 1 h', path: `${logs}/histogram`, body: { ...day(1.1), buckets: 60 }, bar: 13 },
    {
      name: 'substring count',
      path: `${logs}/histogram`,
      body: { ...day(3), filters: [substring], buckets: 1 },
      bar: 65,
    },
    {
      name: 'traces of a service, newest',
      path: `${traces}/search`,
      body: { ...day(3), service: 'orders', limit: 50 },
    },
    { name: 'traces with errors', path: `${traces}/search`, body: { ...day(3), status: 'error', limit: 50 } },
  ];
}

/** CPU of JavaScript: seconds so far, or milliseconds a request. */
interface ScriptCost {
  /** All threads of the front. */
  readonly front: number;
  /** The store's main thread; the others are the engine's. */
  readonly store: number;
}

export interface MeasuredQuery extends TimedQuery {
  /** Milliseconds. */
  readonly median: number;
  readonly scripts: ScriptCost;
}

const sum = (seconds: Iterable<number>): number => Array.from(seconds).reduce((total, one) => total + one, 0);

function scriptsOf(holter: HolterUnderTest): ScriptCost {
  const [front, store] = holter.pids().map((pid) => threadsOf(pid));
  return { front: sum(front!.values()), store: store!.get('main') ?? 0 };
}

/** Milliseconds of an answer without a query: the client, the connection and the server's HTTP. */
async function measureEmptyAnswer(holter: HolterUnderTest): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const began = performance.now();
    await holter.get<unknown>('/-/ready');
    times.push(performance.now() - began);
  }
  return times.toSorted((a, b) => a - b)[RUNS >> 1]!;
}

/** `withBars`: the bars were set on 2 M rows and hold there. */
export async function measureQueries(
  page: Page,
  holter: HolterUnderTest,
  rows: number,
  withBars: boolean,
): Promise<MeasuredQuery[]> {
  const measured: MeasuredQuery[] = [];
  const millions = `${(rows / 1e6).toFixed(0)} M`;
  page.section(
    `Queries on ${millions} log rows and ${millions} spans, through the API`,
    'query',
    'first, ms',
    `median of ${RUNS - 1}, ms`,
    `slowest of ${RUNS - 1}, ms`,
    'answer, bytes',
  );
  for (const query of queriesOn(rows)) {
    const { name, path, body, bar } = query;
    let before = scriptsOf(holter);
    const times: number[] = [];
    let size = 0;
    for (let i = 0; i < RUNS; i++) {
      const began = performance.now();
      const answer = body === undefined ? await holter.get<unknown>(path) : await holter.post<unknown>(path, body);
      times.push(performance.now() - began);
      if (i === 0) before = scriptsOf(holter);
      size = JSON.stringify(answer).length;
    }
    const after = scriptsOf(holter);
    const first = times.shift()!;
    times.sort((a, b) => a - b);
    const median = times[times.length >> 1]!;
    page.row(name, first.toFixed(1), median.toFixed(1), times.at(-1)!.toFixed(1), String(size));
    if (withBars && bar !== undefined) page.bar(name, 'most', bar, median, (ms) => `${ms.toFixed(1)} ms`);
    const millis = (part: keyof ScriptCost): number => ((after[part] - before[part]) / (RUNS - 1)) * 1000;
    measured.push({ ...query, median, scripts: { front: millis('front'), store: millis('store') } });
  }
  const empty = await measureEmptyAnswer(holter);
  page.say(
    `\nAn answer without a query takes ${empty.toFixed(1)} ms of each of them: the client, the connection, the server's HTTP.`,
  );
  return measured;
}
