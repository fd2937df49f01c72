// Lines that come over a stream (a connection, standard input): what was read goes to the intake before more is read, so that a full
// intake slows the sender down.
import { LineSplitter } from './line-splitter.ts';
import type { LineSource } from './line-source.ts';

export interface CutLines {
  readonly lines: number;
  readonly bytes: number;
}

/**
 * Sends all lines of the stream; resolves at its end with what was cut of over-long lines. A record that waits for more lines is sent
 * after `joinWait` ms of silence. Rejects when the stream breaks (what came before is sent) or the intake refuses.
 */
export async function sendStream(
  stream: AsyncIterable<Uint8Array>,
  lines: LineSource,
  joinWait: number,
): Promise<CutLines> {
  const splitter = new LineSplitter((line, end) => lines.add(line, end));
  let sending: Promise<unknown> = Promise.resolve();
  let failed: Error | undefined;
  const send = (): Promise<unknown> => (sending = sending.then(() => lines.send(true)));
  let silent: NodeJS.Timeout | undefined;
  const flushLater = (): void => {
    clearTimeout(silent);
    if (!lines.isPending) return;
    silent = setTimeout(() => {
      lines.flush();
      send().catch((error: unknown) => (failed = error as Error));
    }, joinWait);
  };
  try {
    for await (const chunk of stream) {
      clearTimeout(silent);
      if (failed !== undefined) throw failed;
      splitter.push(chunk);
      await send();
      flushLater();
    }
  } finally {
    clearTimeout(silent);
    splitter.flush();
    lines.flush();
    await send();
  }
  return { lines: splitter.cutLines, bytes: splitter.cutBytes };
}
