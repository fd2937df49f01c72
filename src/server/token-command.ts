// `holter token create|list|revoke`: asks the server that runs on the data directory, else opens the state itself.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TokenCreateRequest, TokenCreateResponse, Token, TokensResponse } from '../api/tokens.ts';
import { tokenCreateRequest } from '../api/tokens.ts';
import { API_PREFIX } from '../api/routes.ts';
import { parseDuration } from '../api/time-point.ts';
import { CodedError, codedError } from '../base/coded-error.ts';
import type { ErrorBody } from '../api/common.ts';
import { ADMINISTRATOR_FILE } from './auth/administrator.ts';
import { AccessTokens } from './auth/access-tokens.ts';
import { AuditLog } from './auth/audit-log.ts';
import { readRunningServer } from './data-directory.ts';
import { serverErrors } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** What can be done with tokens, wherever they are kept. */
export interface TokenAdministration {
  create(request: TokenCreateRequest): Promise<TokenCreateResponse>;
  list(): Promise<readonly Token[]>;
  revoke(id: string): Promise<void>;
  close(): Promise<void>;
}

class ServedTokens implements TokenAdministration {
  readonly #url: string;
  readonly #secret: string;

  constructor(url: string, secret: string) {
    this.#url = `${url}${API_PREFIX}`;
    this.#secret = secret;
  }

  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#secret}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as T | ErrorBody;
    if (response.ok) return answer as T;
    const { code, message } = (answer as ErrorBody).error;
    throw new CodedError(code, response.status, message);
  }

  create(request: TokenCreateRequest): Promise<TokenCreateResponse> {
    return this.ask('POST', '/tokens', request);
  }

  async list(): Promise<readonly Token[]> {
    return (await this.ask<TokensResponse>('GET', '/tokens')).tokens;
  }

  async revoke(id: string): Promise<void> {
    await this.ask('DELETE', `/tokens/${encodeURIComponent(id)}`);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class KeptTokens implements TokenAdministration {
  readonly #tokens: AccessTokens;
  readonly #audit: AuditLog;
  readonly #close: () => Promise<void>;

  constructor(tokens: AccessTokens, audit: AuditLog, close: () => Promise<void>) {
    this.#tokens = tokens;
    this.#audit = audit;
    this.#close = close;
  }

  async create({ name, permissions, validFor }: TokenCreateRequest): Promise<TokenCreateResponse> {
    const valid = validFor === undefined ? undefined : parseDuration(validFor);
    if (valid?.ok === false) throw codedError(serverErrors, 'REQUEST_INVALID', valid.error);
    const created = await this.#tokens.create(name, permissions, valid?.value);
    await this.#audit.record('administrator', 'token.create', created.id, { name, permissions });
    return created;
  }

  list(): Promise<readonly Token[]> {
    return Promise.resolve(this.#tokens.list());
  }

  async revoke(id: string): Promise<void> {
    const { name } = await this.#tokens.revoke(id);
    await this.#audit.record('administrator', 'token.revoke', id, { name });
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** The server on this data directory when it answers; else the directory itself, which nobody else may use meanwhile. */
async function openAdministration(dataDirectory: string): Promise<TokenAdministration> {
  const running = readRunningServer(dataDirectory);
  if (running !== undefined) {
    const secret = readFileSync(join(dataDirectory, ADMINISTRATOR_FILE), 'utf8').trim();
    const served = new ServedTokens(running.url, secret);
    try {
      await served.list();
      return served;
    } catch (error) {
      // Nobody listens there any more, or somebody else does.
      if (error instanceof CodedError && error.code !== 'TOKEN_UNKNOWN') throw error;
    }
  }
  const { openFileStateStore } = await import('../storage/state/file-state-store.ts');
  const state = await openFileStateStore(join(dataDirectory, 'state'));
  const tokens = new AccessTokens(state);
  await tokens.load();
  return new KeptTokens(tokens, new AuditLog(state), () => state.close());
}

const USAGE = `usage: holter token create NAME --permissions ingest,query,diagnose [--valid-for 90d] [--data DIR]
       holter token list [--json] [--data DIR]
       holter token revoke ID [--data DIR]

From the first token on, the server asks every request for one.`;

interface TokenWords {
  readonly plain: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
}

function readWords(words: readonly string[]): TokenWords | undefined {
  const plain: string[] = [];
  const flags = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('--')) {
      plain.push(word);
      continue;
    }
    const [name = '', inline] = word.slice(2).split('=', 2);
    if (name === 'json' || name === 'help') flags.set(name, '');
    else if (['permissions', 'valid-for', 'data'].includes(name)) {
      const value = inline ?? words[++at];
      if (value === undefined) return undefined;
      flags.set(name, value);
    } else return undefined;
  }
  return { plain, flags };
}

const day = (nanos: string | undefined): string =>
  nanos === undefined ? '-' : new Date(Number(BigInt(nanos) / 1_000_000n)).toISOString().slice(0, 16).replace('T', ' ');

function formatTokens(tokens: readonly Token[]): string {
  const rows = [
    ['ID', 'NAME', 'PERMISSIONS', 'CREATED', 'EXPIRES', 'LAST USED'],
    ...tokens.map(({ id, name, permissions, created, expires, lastUsed }) => [
      id,
      name,
      permissions.join(','),
      day(created),
      day(expires),
      day(lastUsed),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function act(
  administration: TokenAdministration,
  { plain, flags }: TokenWords,
  terminal: Terminal,
): Promise<void> {
  const [verb, subject = ''] = plain;
  if (verb === 'list') {
    const tokens = await administration.list();
    terminal.print(flags.has('json') ? JSON.stringify(tokens, undefined, 2) : formatTokens(tokens));
  } else if (verb === 'revoke') {
    await administration.revoke(subject);
    terminal.print(`token ${subject} is revoked`);
  } else {
    const validFor = flags.get('valid-for');
    const request = tokenCreateRequest.safeParse({
      name: subject,
      permissions: (flags.get('permissions') ?? '').split(','),
      ...(validFor === undefined ? {} : { validFor }),
    });
    if (!request.success)
      throw codedError(serverErrors, 'REQUEST_INVALID', '--permissions: expected some of ingest,query,diagnose');
    const created = await administration.create(request.data);
    terminal.complain(`token ${created.id} (${created.permissions.join(', ')}); it is shown this once:`);
    terminal.print(created.secret);
  }
}

/** Resolves to the exit code. */
export async function runTokenCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const read = readWords(words);
  const [verb = '', subject] = read?.plain ?? [];
  if (read?.flags.has('help') === true) {
    terminal.print(USAGE);
    return 0;
  }
  const isComplete = verb === 'list' || (['create', 'revoke'].includes(verb) && subject !== undefined);
  if (read === undefined || !isComplete || read.plain.length > (verb === 'list' ? 1 : 2)) {
    terminal.complain(USAGE);
    return 2;
  }
  try {
    const administration = await openAdministration(resolve(read.flags.get('data') ?? './data'));
    try {
      await act(administration, read, terminal);
    } finally {
      await administration.close();
    }
    return 0;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    terminal.complain(`holter token: ${error.code}: ${error.message}`);
    if (error.code === 'TOKEN_ID_UNKNOWN') return 1;
    return error.status === 400 ? 2 : 3;
  }
}
