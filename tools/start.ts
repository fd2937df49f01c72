// `npm start`: builds the web UI when it is stale, then runs the server.
import { buildUi } from './build-ui.ts';

await buildUi();
