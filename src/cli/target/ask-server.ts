// Asks a running server's own API.
import type { ErrorBody } from '../../api/common.ts';
import { API_PREFIX } from '../../api/routes.ts';
import { CommandFailure } from '../command.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:7070';

const exitCodes: Readonly<Record<number, 1 | 2>> = { 400: 2, 404: 1 };

/** 1: there is no such thing; 2: the request was wrong; 3: the server cannot be reached, or does not let us. */
export class ServerRefusal extends CommandFailure {}

export interface ServerTarget {
  readonly url: string;
  readonly token: string | undefined;
}

/** From --server, else $HOLTER_SERVER, else the default address; the token from $HOLTER_TOKEN, which no process list shows. */
export function findServer(flag: string | undefined): ServerTarget {
  const url = flag ?? process.env['HOLTER_SERVER'] ?? DEFAULT_SERVER;
  return {
    url: (/^https?:\/\//.test(url) ? url : `http://${url}`).replace(/\/+$/, ''),
    token: process.env['HOLTER_TOKEN'],
  };
}

/** GET without a body, POST with one; the answer is not read yet. Throws ServerRefusal. */
export async function openAnswer({ url, token }: ServerTarget, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(`${url}${API_PREFIX}${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
  } catch (error) {
    const reason = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
    throw new ServerRefusal(`cannot reach ${url}: ${reason}; --server URL names another server`, 3);
  }
  if (response.ok) return response;
  const answer = (await response.json().catch(() => undefined)) as ErrorBody | undefined;
  const error = answer?.error ?? {
    code: `HTTP ${response.status}`,
    message: 'the answer is not one of a Holter server',
  };
  const hint = response.status === 401 ? ' (the token is read from $HOLTER_TOKEN)' : '';
  throw new ServerRefusal(`${error.code}: ${error.message}${hint}`, exitCodes[response.status] ?? 3);
}

export async function askServer<T>(target: ServerTarget, path: string, body?: unknown): Promise<T> {
  return (await (await openAnswer(target, path, body)).json()) as T;
}
