import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * The environment to start a worker with. A worker does not share the compile cache of the thread that starts it unless the
 * environment says where it is; without it, it strips the types of each module and compiles it anew, for 150 ms of CPU.
 */
export function workerEnvironment(): NodeJS.ProcessEnv {
  // The folder of this version of Node, below the one that the variable means.
  const folder = getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(folder) };
}
