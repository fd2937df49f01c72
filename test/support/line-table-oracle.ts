// Compares our decoding of line tables with what the interpreter itself says, instruction by instruction.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { decodeLineTable, lineAt, lineTableKind } from '../../src/pyproc/frames/line-table.ts';

export interface LineTableComparison {
  codes: number;
  instructions: number;
  /** The first few disagreements, readable. */
  differences: string[];
}

/** Runs every `stride`-th source file of the standard library through both. */
export async function compareLineTables(python: string, minor: number, stride: number): Promise<LineTableComparison> {
  const script = resolve(import.meta.dirname, '../targets/line_tables.py');
  const child = spawn(python, [script, String(stride)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const result: LineTableComparison = { codes: 0, instructions: 0, differences: [] };
  const kind = lineTableKind(minor);
  for await (const line of createInterface({ input: child.stdout })) {
    const [firstLine, table, runs] = JSON.parse(line) as [number, string, [number, number][]];
    const ranges = decodeLineTable(kind, Buffer.from(table, 'hex'), firstLine);
    result.codes++;
    let offset = 0;
    for (const [length, expected] of runs) {
      for (let index = 0; index < length; index++, offset += 2) {
        result.instructions++;
        const got = lineAt(ranges, offset);
        if (got !== expected && result.differences.length < 5) {
          result.differences.push(
            `line ${firstLine}, offset ${offset}: expected ${expected}, got ${got}; table ${table}`,
          );
        }
      }
    }
  }
  await ended;
  if (stride === 1) console.log(`3.${minor}: ${result.codes} code objects, ${result.instructions} instructions`);
  return result;
}
