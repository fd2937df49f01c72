// `query_log_file` of prometheus.yml: every query that is run, a line of JSON each, with the fields that Prometheus writes.
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Log } from '../base/log.ts';
import type { Result } from '../base/result.ts';
import type { QueryError } from '../query/promql/query-error.ts';
import type { QueryRunner } from '../query/promql/query-runner.ts';
import type { ParsedQuery, QueryOptions, QueryResult } from '../query/promql/query.ts';
import { showStatistics } from './prometheus-api/show-statistics.ts';

/** Bytes that wait for a slow disk; further lines are left out. */
const MAX_WAITING = 1 << 20;

type Answer = Promise<Result<QueryResult, QueryError>>;

interface QueryTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export class QueryLog {
  readonly #log: Log;
  #stream: WriteStream | undefined;
  /** That lines were left out was said. */
  #isBehind = false;

  constructor(log: Log) {
    this.#log = log;
  }

  get isOn(): boolean {
    return this.#stream !== undefined;
  }

  /** Writes to `path` from now on, which is opened anew; undefined: nowhere. */
  use(path: string | undefined): void {
    this.#stream?.end();
    this.#stream = undefined;
    if (path === undefined) return;
    const stream = createWriteStream(path, { flags: 'a' });
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#log.error(`query_log_file ${path} cannot be written: ${error.message}`);
      if (this.#stream === stream) this.#stream = undefined;
    });
  }

  write(line: object): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    const isFull = stream.writableLength > MAX_WAITING;
    if (isFull && !this.#isBehind) this.#log.warn('query_log_file: the disk is too slow, queries are left out');
    this.#isBehind = isFull;
    if (!isFull) stream.write(`${JSON.stringify(line)}\n`);
  }

  /** Resolves when all lines are written. */
  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream === undefined) return;
    stream.end();
    await once(stream, 'close').catch(() => undefined);
  }
}

/** Runs queries and notes them in the log. */
export class LoggedQueries implements QueryRunner {
  readonly #runner: QueryRunner;
  readonly #log: QueryLog;

  constructor(runner: QueryRunner, log: QueryLog) {
    this.#runner = runner;
    this.#log = log;
  }

  instant(query: ParsedQuery, timeMs: number, options?: QueryOptions): Answer {
    const times = { startMs: timeMs, endMs: timeMs, stepMs: 0 };
    return this.#note(query, times, () => this.#runner.instant(query, timeMs, options));
  }

  range(query: ParsedQuery, startMs: number, endMs: number, stepMs: number, options?: QueryOptions): Answer {
    const times = { startMs, endMs, stepMs };
    return this.#note(query, times, () => this.#runner.range(query, startMs, endMs, stepMs, options));
  }

  async #note(query: ParsedQuery, times: QueryTimes, run: () => Answer): Answer {
    if (!this.#log.isOn) return run();
    const began = performance.now();
    let outcome: object = {};
    try {
      const result = await run();
      outcome = result.ok
        ? { stats: showStatistics(result.value.statistics, 0, performance.now() - began) }
        : { error: result.error.message };
      return result;
    } catch (error) {
      outcome = { error: (error as Error).message };
      throw error;
    } finally {
      this.#log.write({
        time: new Date().toISOString(),
        level: 'INFO',
        msg: 'promql query logged',
        params: {
          end: showTime(times.endMs),
          query: query.text,
          start: showTime(times.startMs),
          step: Math.trunc(times.stepMs / 1000),
        },
        ...outcome,
      });
    }
  }
}

/** RFC 3339; a time that no calendar has as seconds. */
function showTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms / 1000) : date.toISOString();
}
