// Writes docs/openapi/holter-v1.json from the validators of the own API.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeApi } from '../src/api/openapi.ts';

const folder = join(import.meta.dirname, '../docs/openapi');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'holter-v1.json'), `${JSON.stringify(describeApi(), undefined, 2)}\n`);
