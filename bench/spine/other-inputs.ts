// JSON lines from a file, and a scraped target with many series.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HolterUnderTest } from '../holter-under-test.ts';
import { micros, mib, thousands, type Page } from './page.ts';

const LINES = 1_000_000;
const PIECE = 10_000;
const SPAN_MILLIS = 600_000;

/** Lines as a Python service's JSON formatter writes them, 250 bytes each. */
export function writeJsonLines(file: string, count: number): void {
  const start = Date.now() - SPAN_MILLIS;
  for (let from = 0; from < count; from += PIECE) {
    let text = '';
    for (let n = from; n < from + PIECE; n++) {
      const time = new Date(start + Math.floor((n / count) * SPAN_MILLIS)).toISOString();
      text += `{"timestamp": "${time}", "level": "INFO", "message": "用户登录成功 order ${n}", "service": "shop", "module": "orders", "funcName": "create", "lineno": ${n % 300}, "process": 4711, "request_id": "req-${n}", "user_id": ${n % 9999}, "exception": null}\n`;
    }
    appendFileSync(file, text);
  }
}

export async function measureLines(page: Page): Promise<void> {
  const holter = new HolterUnderTest();
  const logs = join(holter.folder, 'logs');
  mkdirSync(logs);
  writeJsonLines(join(logs, 'app.log'), LINES);
  await holter.start('--tail', join(logs, '*.log'));
  const before = holter.cost().cpuSeconds;
  const began = performance.now();
  while ((await holter.rowsOf('tail:')).stored < LINES) await sleep(50);
  const seconds = (performance.now() - began) / 1000;
  const { cpuSeconds, pssBytes } = holter.cost();
  page.row(
    `JSON lines from a file (${LINES} rows)`,
    '–',
    thousands(LINES / seconds),
    micros(cpuSeconds - before, LINES),
    '–',
    mib(pssBytes),
    '',
  );
  await holter.stop();
  holter.remove();
}

const SERIES = 20_000;
const SCRAPED_SECONDS = 20;

export async function measureScrape(page: Page): Promise<void> {
  let scrapes = 0;
  const target = createServer((_request, response) => {
    scrapes++;
    const lines = ['# TYPE bench_total counter'];
    for (let i = 0; i < SERIES; i++)
      lines.push(`bench_total{path="/api/v1/thing/${i}",status="200"} ${i * 7 + scrapes * (i % 13)}`);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const holter = new HolterUnderTest();
  const { port } = target.address() as AddressInfo;
  const file = join(holter.folder, 'prometheus.yml');
  const config = `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n  - job_name: bench\n    static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`;
  writeFileSync(file, config);
  await holter.start(file);
  await sleep(10_000);
  const [before, scrapesBefore] = [holter.cost().cpuSeconds, scrapes];
  await sleep(SCRAPED_SECONDS * 1000);
  const samples = (scrapes - scrapesBefore) * SERIES;
  const { cpuSeconds, pssBytes } = holter.cost();
  page.row(
    `scraped samples (${SERIES} series every second)`,
    '–',
    thousands(samples / SCRAPED_SECONDS),
    micros(cpuSeconds - before, samples),
    '–',
    mib(pssBytes),
    '',
  );
  await holter.stop();
  holter.remove();
  target.close();
}
