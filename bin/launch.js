// Runs a TypeScript entry under the Node that the project brings along, whatever Node started us.
// Written in plain ES2020 JavaScript: it is the only code that an older Node has to understand.
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WANTED_MAJOR = 24;
// fdatasync, directory scans and DNS share this pool; four threads let a slow disk stall all of them.
const POOL_SIZE = '8';
// Commands that run for weeks.
const LASTING = new Set(['server', 'agent']);
// By default glibc raises this threshold with every large buffer that is freed, until buffers of megabytes come from its heap, where
// one small piece in use keeps all below it from going back: after a heavy load twice the memory would stay. Read at start only.
const MMAP_THRESHOLD = '32768';
// By default V8 lets the young objects of a busy process have 128 MB; a quarter is as fast (docs/decisions/0008).
const YOUNG_OBJECTS = '--max-semi-space-size=16';
// Eight seconds behind each collection V8 collects twice more to give pages back, which the server does itself when it rests. V8 does not
// take this flag from a program that is running.
const NO_REDUCER = '--no-memory-reducer';

/** The environment that a lasting command starts with. */
export function environmentOf(args) {
  return LASTING.has(args[0]) ? { MALLOC_MMAP_THRESHOLD_: MMAP_THRESHOLD, ...process.env } : process.env;
}

/** The flags that its Node starts with and does not have yet. */
export function flagsOf(args) {
  if (!LASTING.has(args[0])) return [];
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  const wanted = args[0] === 'server' ? [YOUNG_OBJECTS, NO_REDUCER] : [YOUNG_OBJECTS];
  return wanted.filter((flag) => !given.includes(flag.split('=')[0]));
}

/** Begins again in this very process when environment or flags came too late for the allocators; takes 25 ms. */
function beginAgain(entry, args) {
  const environment = environmentOf(args);
  const flags = flagsOf(args);
  const isSame = environment.MALLOC_MMAP_THRESHOLD_ === process.env.MALLOC_MMAP_THRESHOLD_ && flags.length === 0;
  // A channel to a parent would not survive.
  if (isSame || process.connected) return;
  const node = [process.execPath, ...process.execArgv, ...flags];
  process.execve?.(process.execPath, [...node, runner, entry, ...args], environment);
}

function bundledNode() {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin', 'node');
  } catch {
    return undefined;
  }
}

const runner = join(dirname(fileURLToPath(import.meta.url)), 'run.js');

/** Imports `entry` (absolute path) here when this Node is new enough, else runs it in a child and mirrors its end. */
export async function launch(entry, args) {
  process.env.UV_THREADPOOL_SIZE ??= POOL_SIZE;
  if (Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR) {
    beginAgain(entry, args);
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
  // Not needed, and 2 ms dear, under a Node that is new enough.
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [...flagsOf(args), runner, entry, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environmentOf(args),
  });
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
