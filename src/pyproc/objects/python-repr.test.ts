import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { needPython } from '../../../test/support/python-target.ts';
import { reprBytes, reprFloat, reprString } from './python-repr.ts';

/** repr() of every value, by Python itself. */
function askPython(python: string, expressions: readonly string[]): string[] {
  const program = 'import sys, json\nprint(json.dumps([repr(eval(e)) for e in json.load(sys.stdin)]))';
  const { stdout, stderr } = spawnSync(python, ['-c', program], {
    input: JSON.stringify(expressions),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as string[];
}

test('floats, strings and bytes read as repr() writes them', (context) => {
  const python = needPython(context, '3.13');
  const floats = [
    0,
    -0,
    1,
    1e16,
    1e15,
    1e-4,
    1e-5,
    0.1,
    123456.789,
    5e-324,
    1.7976931348623157e308,
    ...fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), 500),
  ];
  const hexes = floats.map((value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return `__import__("struct").unpack(">d", bytes.fromhex("${bytes.toString('hex')}"))[0]`;
  });
  expect(floats.map(reprFloat)).toEqual(askPython(python, hexes));
  // Characters that Unicode added after this Python would be shown escaped by it and plain by us.
  const assigned = fc.string({
    unit: fc.constantFrom(...Array.from('aZ09 \'"\\\n\r\t\0\u007F\u0080\u00A0\u00ADéß中文😀\u200B\u2028\uFEFF\uE000')),
  });
  const strings = ['', "it's", '"', `'"`, ...fc.sample(assigned, 300)];
  const quoted = strings.map((text) => `bytes.fromhex("${Buffer.from(text).toString('hex')}").decode()`);
  expect(strings.map(reprString)).toEqual(askPython(python, quoted));
  const bytes = fc.sample(fc.uint8Array({ maxLength: 40 }), 300);
  const bytesQuoted = bytes.map((value) => `bytes.fromhex("${Buffer.from(value).toString('hex')}")`);
  expect(bytes.map((value) => reprBytes(value))).toEqual(askPython(python, bytesQuoted));
});
