import { gunzipSync } from 'node:zlib';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { compressAnswer } from './compress-answer.ts';

const FIRST_WINDOW = 14_600;

async function ask(characters: number, encodings?: string): Promise<{ encoding: unknown; bytes: Buffer }> {
  const app = fastify();
  app.addHook('onSend', compressAnswer);
  app.get('/', () => ({ text: '数'.repeat(characters) }));
  const headers = encodings === undefined ? {} : { 'accept-encoding': encodings };
  const { headers: answered, rawPayload } = await app.inject({ url: '/', headers });
  await app.close();
  return { encoding: answered['content-encoding'], bytes: rawPayload };
}

test('an answer that a connection sends at once anyway is not compressed', async () => {
  const { encoding, bytes } = await ask(1000, 'gzip, br');
  expect(encoding).toBeUndefined();
  expect(JSON.parse(bytes.toString())).toEqual({ text: '数'.repeat(1000) });
});

test('a larger one is, for those who take it', async () => {
  const packed = await ask(FIRST_WINDOW, 'gzip, br');
  expect(packed.encoding).toBe('gzip');
  expect(packed.bytes.length).toBeLessThan(FIRST_WINDOW);
  expect(JSON.parse(gunzipSync(packed.bytes).toString())).toEqual({ text: '数'.repeat(FIRST_WINDOW) });
  const plain = await ask(FIRST_WINDOW);
  expect(plain.encoding).toBeUndefined();
  expect(JSON.parse(plain.bytes.toString())).toEqual({ text: '数'.repeat(FIRST_WINDOW) });
});
