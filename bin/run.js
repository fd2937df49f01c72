#!/usr/bin/env node
// `node bin/run.js FILE.ts ARGS…`: runs one of the project's scripts; every npm script goes through here.
import { resolve } from 'node:path';
import { launch } from './launch.js';

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) {
  console.error('usage: node bin/run.js FILE.ts [ARGS…]');
  process.exit(2);
}
await launch(resolve(entry), args);
