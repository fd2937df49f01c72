// Damaged cores: whatever the bytes, opening ends with a core or a sentence, and reading never throws.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { Inspector } from '../inspect.ts';
import { openPythonTarget } from '../python-target.ts';
import { openCore } from './core-image.ts';
import { parseNotes } from './core-notes.ts';

/** A small core: one note segment with one thread, one loaded segment of a page. */
function makeCore(): Buffer {
  const status = Buffer.alloc(336);
  status.writeInt16LE(11, 12);
  status.writeInt32LE(4242, 32);
  const note = Buffer.concat([Buffer.from('050000005001000001000000434f524500000000', 'hex'), status]);
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(4, 16);
  header.writeUInt16LE(62, 18);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(2, 56);
  const segment = (type: number, offset: number, address: bigint, size: number): Buffer => {
    const bytes = Buffer.alloc(56);
    bytes.writeUInt32LE(type, 0);
    bytes.writeUInt32LE(6, 4);
    bytes.writeBigUInt64LE(BigInt(offset), 8);
    bytes.writeBigUInt64LE(address, 16);
    bytes.writeBigUInt64LE(BigInt(size), 32);
    bytes.writeBigUInt64LE(BigInt(size), 40);
    return bytes;
  };
  const start = 64 + 2 * 56;
  return Buffer.concat([
    header,
    segment(4, start, 0n, note.length),
    segment(1, start + note.length, 0x10_0000n, 4096),
    note,
    Buffer.alloc(4096, 0x41),
  ]);
}

test('reads what is there, across the end of a segment too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holter-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'core'), makeCore());
  const core = openCore(join(folder, 'core'));
  if (!core.ok) throw new Error(core.error);
  expect(core.value.notes.threads).toMatchObject([{ id: 4242, signal: 11 }]);
  const bytes = new Uint8Array(8192);
  expect(core.value.memory.read(0x10_0000, bytes, 0, 8192)).toBe(4096);
  expect(core.value.memory.read(0x20_0000, bytes, 0, 8)).toBe(0);
  core.value.close();
});

test('flipped bytes and cut ends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holter-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'core');
  const whole = makeCore();
  const flips = fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(flips, fc.nat(whole.length), (changes, cut) => {
      const bytes = Buffer.from(whole.subarray(0, whole.length - cut));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      writeFileSync(file, bytes);
      const core = openCore(file);
      if (!core.ok) {
        expect(core.error).toContain(file);
        return;
      }
      const target = openPythonTarget(core.value);
      if (target.ok)
        new Inspector(target.value, undefined, core.value.notes.threads).inspect({ redacts: true, isStill: true });
      core.value.close();
    }),
    { numRuns: 500 },
  );
});

test('random notes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 800 }), (bytes) => {
      expect(parseNotes(bytes).threads.length).toBeLessThan(10);
    }),
  );
});
