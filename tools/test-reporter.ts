// Ends a run with every test that was tried again and every skip, each with its reason, then the count on a line of its own.
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Counts what ran; a skip without a reason counts as a failure, because nobody could tell what is missing. */
export class CountReporter implements Reporter {
  #passed = 0;
  #failed = 0;
  #triedAgain: string[] = [];
  #skips = new Map<string, number>();

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state === 'passed') {
      this.#passed++;
      if (test.diagnostic()?.flaky === true)
        this.#triedAgain.push(`${test.module.relativeModuleId} > ${test.fullName}: ${result.errors?.[0]?.message}`);
    } else if (result.state === 'failed') this.#failed++;
    else if (result.state === 'skipped') {
      const reason = result.note ?? `no reason given: ${test.fullName}`;
      this.#skips.set(reason, (this.#skips.get(reason) ?? 0) + 1);
    }
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    for (const module of modules) if (module.errors().length > 0) this.#failed++;
    this.#failed += unhandledErrors.length;
    let skipped = 0;
    for (const [reason, count] of this.#skips) {
      skipped += count;
      console.log(`skipped ${count}: ${reason}`);
    }
    for (const test of this.#triedAgain) console.log(`passed only when tried again: ${test}`);
    console.log(`${this.#passed} passed, ${this.#failed} failed, ${skipped} skipped`);
  }
}
