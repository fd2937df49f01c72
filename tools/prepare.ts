// Runs after `npm ci` in a checkout: builds the assets of the web UI.
import { buildUi } from './build-ui.ts';

await buildUi();
