// Whether a function can be seen to call another one by name. A stack that moves while it is read may be put together of
// two moments; a call that the caller's code does not even name is then no call that we believe in.
import type { CodeInfo, CodeTable } from './code-table.ts';

const MAX_PAIRS = 65_536;
const INDEX_LIMIT = 2 ** 24;
/** Called by the name of its class: `Order(…)` runs `Order.__init__`. */
const BY_CLASS = /(?:^|\.)(\w+)\.__(?:init|new|call|post_init)__$/;

/** Answers about pairs of code objects, each worked out once. */
export class CallNames {
  readonly #codes: CodeTable;
  readonly #pairs = new Map<number, boolean>();

  constructor(codes: CodeTable) {
    this.#codes = codes;
  }

  /** Whether the code of `caller` names `callee`, or has it among its constants. */
  names(caller: CodeInfo, callee: CodeInfo): boolean {
    const pair = caller.index * INDEX_LIMIT + callee.index;
    let answer = this.#pairs.get(pair);
    if (answer === undefined) {
      answer = this.#compare(caller, callee);
      if (this.#pairs.size >= MAX_PAIRS) this.#pairs.clear();
      this.#pairs.set(pair, answer);
    }
    return answer;
  }

  #compare(caller: CodeInfo, callee: CodeInfo): boolean {
    const { names, constants } = this.#codes.mentions(caller.address);
    if (constants.has(callee.address) || names.has(callee.name)) return true;
    const byClass = BY_CLASS.exec(callee.qualifiedName)?.[1];
    return byClass !== undefined && names.has(byClass);
  }
}
