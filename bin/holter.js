#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from './launch.js';

// A published package holds compiled files, a checkout holds only sources.
const sources = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const built = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
await launch(existsSync(sources) ? sources : built, process.argv.slice(2));
