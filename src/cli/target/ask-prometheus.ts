// Asks a server's Prometheus HTTP API: a Holter's, or a Prometheus'.
import { ServerRefusal, type ServerTarget } from './ask-server.ts';

const exitCodes: Readonly<Record<string, 1 | 2 | 3>> = { bad_data: 2, execution: 1, timeout: 1, canceled: 1 };

interface Envelope {
  readonly status: 'success' | 'error';
  readonly data?: unknown;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export interface PrometheusAnswer<T> {
  readonly data: T;
  /** Warnings, then infos. */
  readonly remarks: readonly string[];
}

/** Sends a form to an endpoint below /api/v1; endpoints that take none are asked without one. Throws ServerRefusal. */
export async function askPrometheus<T>(
  { url, token }: ServerTarget,
  path: string,
  form?: Readonly<Record<string, string>> | URLSearchParams,
): Promise<PrometheusAnswer<T>> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const body = form === undefined ? undefined : new URLSearchParams(form);
  let response: Response;
  try {
    response = await fetch(`${url}/api/v1${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
  } catch (error) {
    const reason = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
    throw new ServerRefusal(`cannot reach ${url}: ${reason}; --server URL names another server`, 3);
  }
  const answer = (await response.json().catch(() => undefined)) as Envelope | undefined;
  if (answer?.status === 'success')
    return { data: answer.data as T, remarks: [...(answer.warnings ?? []), ...(answer.infos ?? [])] };
  const { error = 'the answer is not one of a Prometheus or Holter', errorType = `HTTP ${response.status}` } =
    answer ?? {};
  const hint = response.status === 401 ? ' (the token is read from $HOLTER_TOKEN)' : '';
  throw new ServerRefusal(`${errorType}: ${error}${hint}`, exitCodes[errorType] ?? 3);
}
