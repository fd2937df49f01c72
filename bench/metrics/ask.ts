// Queries over HTTP with the whole answer received, and what they cost the server.
import { Agent, get as httpGet } from 'node:http';
import type { Peer } from './peers.ts';

const agent = new Agent({ keepAlive: true });

export interface Asked {
  readonly milliseconds: number;
  readonly bytes: number;
}

/** Compressed answers stay so; rejects unless the answer is 200. */
export function timeGet(url: string): Promise<Asked> {
  const began = performance.now();
  return new Promise((done, failed) => {
    httpGet(url, { agent }, (response) => {
      let bytes = 0;
      let head = '';
      response.on('data', (chunk: Buffer) => {
        if (bytes === 0) head = chunk.subarray(0, 300).toString();
        bytes += chunk.length;
      });
      response.on('error', failed);
      response.on('end', () => {
        if (response.statusCode === 200) done({ milliseconds: performance.now() - began, bytes });
        else failed(new Error(`${url}: ${response.statusCode} ${head}`));
      });
    }).on('error', failed);
  });
}

export function queryUrl(peer: Peer, path: string, parameters: Readonly<Record<string, string | number>>): string {
  const texts = Object.entries(parameters).map(([name, value]) => [name, String(value)]);
  return `${peer.url}/api/v1/${path}?${new URLSearchParams(texts).toString()}`;
}

/** Median of some runs after one that does not count, and the CPU milliseconds of one run. */
export async function median(peer: Peer, url: string, runs: number): Promise<Asked & { readonly cpu: number }> {
  await timeGet(url);
  const before = peer.cost().cpuSeconds;
  const times: Asked[] = [];
  for (let i = 0; i < runs; i++) times.push(await timeGet(url));
  const cpu = ((peer.cost().cpuSeconds - before) / runs) * 1000;
  const middle = times.toSorted((a, b) => a.milliseconds - b.milliseconds)[Math.floor(runs / 2)]!;
  return { ...middle, cpu };
}

export function stopAsking(): void {
  agent.destroy();
}
