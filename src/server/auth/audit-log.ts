// Who changed what: one entry of the state store a change, durable before the change is answered.
import { randomBytes } from 'node:crypto';
import type { AuditResponse } from '../../api/tokens.ts';
import { codedError } from '../../base/coded-error.ts';
import type { StateStore } from '../../storage/ports/state-store.ts';
import { serverErrors } from '../errors.ts';

const KEY_PREFIX = 'audit/';
const TIME_DIGITS = 19;

type AuditEntry = AuditResponse['entries'][number];

export class AuditLog {
  readonly #state: StateStore;

  constructor(state: StateStore) {
    this.#state = state;
  }

  /** Records that `who` did `action` (token.create …) to `target`. */
  async record(
    who: string,
    action: string,
    target: string,
    detail: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const time = String(BigInt(Date.now()) * 1_000_000n);
    const key = `${KEY_PREFIX}${time.padStart(TIME_DIGITS, '0')}-${randomBytes(4).toString('hex')}`;
    if (!(await this.#state.set(key, 0, { time, who, action, target, detail })))
      throw codedError(serverErrors, 'STATE_CONFLICT', 'the audit log');
  }

  /** The newest entries first; `before` is the id that a page ended with. */
  async list(limit: number, before?: string): Promise<AuditResponse> {
    const entries = await this.#state.list(KEY_PREFIX);
    const older = entries.filter(({ key }) => before === undefined || key < KEY_PREFIX + before).toReversed();
    const page = older.slice(0, limit);
    const last = page.at(-1);
    return {
      entries: page.map(({ key, value }) => ({
        id: key.slice(KEY_PREFIX.length),
        ...(value as Omit<AuditEntry, 'id'>),
      })),
      ...(older.length > page.length && last !== undefined ? { nextBefore: last.key.slice(KEY_PREFIX.length) } : {}),
    };
  }
}
