// Budgets of metrics: `REGEX=NUMBER`, the regex (RE2) matching the whole name.
import { RE2JS } from 're2js';
import { err, type Result } from '../base/result.ts';
import { readCount, readTexts } from './setting-values.ts';

const BUDGET = /^(.+)=([^=]+)$/s;

/** Checks each of the texts. */
export function readMetricBudgets(value: unknown): Result<readonly string[], string> {
  const texts = readTexts(value);
  if (!texts.ok) return texts;
  for (const text of texts.value) {
    const [, regex, number] = BUDGET.exec(text) ?? [];
    if (regex === undefined) return err(`expected REGEX=NUMBER such as http_.*=20000, got ${JSON.stringify(text)}`);
    const count = readCount(number);
    if (!count.ok) return err(`${count.error} in ${JSON.stringify(text)}`);
    try {
      RE2JS.compile(regex);
    } catch (error) {
      return err(`the regex of ${JSON.stringify(text)} is wrong: ${(error as Error).message}`);
    }
  }
  return texts;
}

/** The budget of each metric: that of the first text that matches its name, else `initial`. The texts have been read. */
export function metricBudgets(initial: number, texts: readonly string[]): (metric: string) => number {
  const rules = texts.map((text) => {
    const [, regex = '', number = ''] = BUDGET.exec(text)!;
    return { pattern: RE2JS.compile(regex), budget: Number(number.replaceAll('_', '')) };
  });
  return (metric) => rules.find(({ pattern }) => pattern.matches(metric))?.budget ?? initial;
}
