// A day of scrapes made from real ones: what a program said of itself some dozens of times, repeated until the day is full; a counter
// goes on from where the round before ended.
import { setTimeout as sleep } from 'node:timers/promises';
import { parsePrometheusText } from '../src/formats/prometheus-text/parse.ts';
import { SeriesMemory } from '../src/formats/exposition/series-memory.ts';
import type { Labels } from '../src/model/labels.ts';
import { encodeWriteRequest, type EncodedSample } from '../src/formats/remote-write/encode.ts';

const PAUSE_MS = 150;
const BATCH = 2000;

interface Recorded {
  readonly labels: Labels;
  readonly isCounter: boolean;
  readonly values: number[];
}

/** Scrapes `url` so many times; resolves with the series that every answer had. */
export async function recordScrapes(urls: readonly string[], count: number): Promise<Recorded[]> {
  const all = new Map<string, Recorded>();
  for (let i = 0; i < count; i++) {
    for (const [target, url] of urls.entries()) {
      const text = new Uint8Array(await (await fetch(url)).arrayBuffer());
      const types = new Map<string, string>();
      const parsed = parsePrometheusText(
        text,
        {
          type: (metric, type) => void types.set(metric, type),
          sample: (sample) => {
            const { value } = sample;
            const labels = sample.labels().with('instance', `10.0.0.${target}:9090`).with('job', 'bench');
            const name = labels.metricName;
            const isCounter = types.get(name) === 'counter' || /_(?:bucket|count|sum|total)$/.test(name);
            const known = all.get(labels.key);
            if (known === undefined) all.set(labels.key, { labels, isCounter, values: [value] });
            else known.values.push(value);
          },
        },
        new SeriesMemory(),
      );
      if (!parsed.ok) throw new Error(`${url}: ${parsed.error.message}`);
    }
    await sleep(PAUSE_MS);
  }
  return [...all.values()].filter(({ values }) => values.length === count);
}

/** Remote-write bodies of a day that ends at `endMs`, a scrape every `stepMs`; resolves to the number of samples. */
export function* makeDay(recorded: readonly Recorded[], endMs: number, stepMs: number): Generator<Uint8Array> {
  const scrapes = 86_400_000 / stepMs;
  for (let scrape = 0; scrape < scrapes; scrape++) {
    const timeMs = endMs - (scrapes - 1 - scrape) * stepMs;
    let batch: EncodedSample[] = [];
    for (const { labels, isCounter, values } of recorded) {
      const round = Math.floor(scrape / values.length);
      const growth = isCounter ? round * (values.at(-1)! - values[0]!) : 0;
      batch.push({ labels, timeMs, value: values[scrape % values.length]! + growth });
      if (batch.length < BATCH) continue;
      yield encodeWriteRequest(batch);
      batch = [];
    }
    if (batch.length > 0) yield encodeWriteRequest(batch);
  }
}
