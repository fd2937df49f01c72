// What an endpoint of the Prometheus HTTP API is. A new one is a file in endpoints/ and one line in endpoints.ts.
import type { ByteWriter } from './byte-writer.ts';

/** A part of an answer that is JSON text already. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A part of an answer that writes itself as JSON text, in about `expectedBytes` bytes. */
export class JsonBytes {
  readonly expectedBytes: number;
  readonly write: (out: ByteWriter) => void;

  constructor(expectedBytes: number, write: (out: ByteWriter) => void) {
    this.expectedBytes = expectedBytes;
    this.write = write;
  }
}

/** One request. */
export interface ApiCall {
  /** Parameters of the body, then those of the address: the first of a name counts. */
  readonly form: URLSearchParams;
  /** Parts of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

export interface ApiAnswer {
  readonly data: unknown;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export interface Endpoint {
  /** Below /api/v1, parameters as :name. */
  readonly path: string;
  /** Also answers a form in a POST request. */
  readonly post?: boolean;
  /** Throws ApiError, QueryError and CodedError. */
  readonly answer: (call: ApiCall) => Promise<ApiAnswer> | ApiAnswer;
}
