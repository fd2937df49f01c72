// Runs a TypeScript entry under the Node that the project brings along, whatever Node started us.
// Written in plain ES2020 JavaScript: it is the only code that an older Node has to understand.
import { spawn } from 'node:child_process';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WANTED_MAJOR = 24;
// fdatasync, directory scans and DNS share this pool; four threads let a slow disk stall all of them.
const POOL_SIZE = '8';

function bundledNode() {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin', 'node');
  } catch {
    return undefined;
  }
}

/** Imports `entry` (absolute path) here when this Node is new enough, else runs it in a child and mirrors its end. */
export async function launch(entry, args) {
  process.env.UV_THREADPOOL_SIZE ??= POOL_SIZE;
  if (Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR) {
    module.enableCompileCache();
    // A launcher that was killed outright takes the program with it: the channel that it held closes.
    if (process.connected) {
      process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
      process.channel.unref();
    }
    process.argv = [process.execPath, entry, ...args];
    await import(pathToFileURL(entry).href);
    return;
  }
  const node = bundledNode();
  if (node === undefined) {
    console.error(
      `holter: needs Node ${WANTED_MAJOR} or newer, this is ${process.version}, and no Node for ` +
        `${process.platform}-${process.arch} came with the installation. Install again without --omit=optional, or use a newer Node.`,
    );
    process.exit(3);
  }
  const child = spawn(node, [join(dirname(fileURLToPath(import.meta.url)), 'run.js'), entry, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`holter: cannot start ${node}: ${error.message}`);
    process.exit(3);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
