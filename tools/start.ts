// `npm start`: builds the web UI when it is stale, then runs the server. `npm start -- FLAGS FILES…` passes them on.
import { launch } from '../bin/launch.js';
import { buildUi } from './build-ui.ts';

await buildUi();
await launch(new URL('../src/cli/main.ts', import.meta.url).pathname, ['server', ...process.argv.slice(2)]);
