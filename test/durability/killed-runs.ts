// A process that is killed at chosen points and started again. Afterwards everything that its client saw acknowledged is in the
// store exactly once, what was not acknowledged is sent again, and the ledger balances.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { LedgerRow } from '../../src/ingest/ledger.ts';

const FRAMES = 80;
const child = join(import.meta.dirname, 'killed-child.ts');

async function run(folder: string, ...args: string[]): Promise<{ killed: boolean; output: string }> {
  const started = spawn(process.execPath, [child, folder, String(FRAMES), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  started.stdout.on('data', (text: Buffer) => (output += text.toString()));
  started.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const [code, signal] = (await once(started, 'close')) as [number | null, string | null];
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the child ended with ${code}: ${errors}`);
  return { killed: signal === 'SIGKILL', output };
}

/** Rows of the store, each token taken once, sorted. */
function storedRows(folder: string): string[] {
  const lines = readFileSync(join(folder, 'store.jsonl'), 'utf8').trim().split('\n');
  const blocks = lines.map((line) => JSON.parse(line) as { token: string; rows: string[] });
  const byToken = new Map(blocks.map(({ token, rows }) => [token, rows]));
  // A token that comes again has to mean the same rows.
  for (const { token, rows } of blocks) expect(rows).toEqual(byToken.get(token));
  return [...byToken.values()].flat().toSorted();
}

const everything = Array.from(
  { length: FRAMES * 5 },
  (_, i) => `${Math.floor(i / 5)}.${i % 5} ${'x'.repeat(300)}`,
).toSorted();

/** Runs the child with each of these arguments in turn, then to its end, and checks the outcome; at least one of the runs must have been killed. */
export async function dieAt(runs: readonly (readonly string[])[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holter-kill-'));
  try {
    let kills = 0;
    for (const args of runs) if ((await run(folder, ...args)).killed) kills++;
    expect(kills).toBeGreaterThan(0);
    const { killed, output } = await run(folder);
    expect(killed).toBe(false);
    expect(storedRows(folder)).toEqual(everything);
    const row = JSON.parse(output) as LedgerRow;
    expect(row).toMatchObject({ stored: everything.length, inSpool: 0, quarantined: 0, refused: 0 });
    expect(row.received).toBe(row.stored + row.deduplicated);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where the child can be killed. */
export const POINTS = [
  'before write',
  'inside write',
  'before sync',
  'after sync',
  'before allocate',
  'after allocate',
  'before rename',
  'after rename',
  'before folder sync',
  'after folder sync',
  'before acknowledgement',
  'after acknowledgement',
  'after block file',
  'before insert',
  'after insert',
  'before delete',
  'after delete',
];
