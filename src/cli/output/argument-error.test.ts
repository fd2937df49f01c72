import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { describeArgumentError } from './argument-error.ts';

function complain(...args: string[]): string {
  try {
    parseArgs({
      args,
      allowPositionals: false,
      options: { duration: { type: 'string', short: 'd' }, json: { type: 'boolean' } },
    });
  } catch (error) {
    return describeArgumentError(error);
  }
  return 'no complaint';
}

test('each complaint is one sentence', () => {
  expect(complain('--bogus')).toBe("Unknown option '--bogus'");
  expect(complain('-1')).toBe("Unknown option '-1'");
  expect(complain('-d', '-3')).toBe('expected a value after -d, got a word that begins with a dash');
  expect(complain('--duration', '--json')).toBe(
    'expected a value after --duration, got a word that begins with a dash',
  );
  expect(complain('-d')).toBe('expected a value after -d, --duration, got nothing');
  expect(complain('--json=yes')).toBe("Option '--json' does not take an argument");
  expect(complain('word')).toBe("Unexpected argument 'word'");
  expect(describeArgumentError(new Error('something else'))).toBe('something else');
});
