// Retention of metrics by name: `REGEX=SPAN`, the regex (RE2) matching the whole name, the span one of the retention classes.
import { RE2JS } from 're2js';
import { err, type Result } from '../base/result.ts';
import { classSpans, type ClassRule } from '../model/metric-classes.ts';
import { readSpan, readTexts } from './setting-values.ts';

const RULE = /^(.+)=([^=]+)$/s;
const DAY_SECONDS = 86_400;
const choices = classSpans.map((span) => `${span / DAY_SECONDS}d`).join(', ');

/** Checks each of the texts. */
export function readClassRules(value: unknown): Result<readonly string[], string> {
  const texts = readTexts(value);
  if (!texts.ok) return texts;
  for (const text of texts.value) {
    const [, regex, span] = RULE.exec(text) ?? [];
    if (regex === undefined) return err(`expected REGEX=SPAN such as debug_.*=2d, got ${JSON.stringify(text)}`);
    const seconds = readSpan(span);
    if (!seconds.ok || !classSpans.includes(seconds.value))
      return err(`expected one of ${choices} behind the last =, got ${JSON.stringify(text)}`);
    try {
      RE2JS.compile(regex);
    } catch (error) {
      return err(`the regex of ${JSON.stringify(text)} is wrong: ${(error as Error).message}`);
    }
  }
  return texts;
}

/** The rules of texts that have been read. */
export function classRules(texts: readonly string[]): ClassRule[] {
  return texts.map((text) => {
    const [, regex = '', span = ''] = RULE.exec(text)!;
    const seconds = readSpan(span);
    return [regex, seconds.ok ? classSpans.indexOf(seconds.value) + 1 : 0];
  });
}
