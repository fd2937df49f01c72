import { readFileSync } from 'node:fs';

/** `holter version`: the program's version and the Node that runs it. */
export function run(): Promise<number> {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  console.log(`holter ${manifest.version} (Node ${process.version})`);
  return Promise.resolve(0);
}
