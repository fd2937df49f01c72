// A listener in place of an Alertmanager: holds every request to API v2 and keeps the alerts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export class FakeAlertmanager {
  readonly #server: Server;
  /** Requests in their order. */
  readonly batches: ReceivedAlert[][] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** What was wrong with requests. */
  readonly faults: string[] = [];
  /** What the next requests are answered with. */
  status = 200;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FakeAlertmanager> {
    const fake = new FakeAlertmanager();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  /** HOST:PORT */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get alerts(): ReceivedAlert[] {
    return this.batches.flat();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (this.status === 200) this.#keep(request, body);
    response.writeHead(this.status).end();
  }

  #keep({ method, url, headers }: IncomingMessage, body: string): void {
    if (method !== 'POST' || url?.endsWith('/api/v2/alerts') !== true) this.faults.push(`${method} ${url}`);
    if (headers['content-type'] !== 'application/json') this.faults.push(String(headers['content-type']));
    const alerts = JSON.parse(body) as ReceivedAlert[];
    for (const { labels, startsAt, endsAt, generatorURL } of alerts) {
      if (labels['alertname'] === undefined) this.faults.push('an alert without alertname');
      if (![startsAt, endsAt].every((time) => RFC3339.test(time))) this.faults.push(`${startsAt} ${endsAt}`);
      if (!URL.canParse(generatorURL)) this.faults.push(generatorURL);
    }
    this.batches.push(alerts);
    this.headers.push(headers);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
