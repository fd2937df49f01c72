// What the command line starts here: `holter token`, and `holter server`, which reads the configuration, starts everything, and ends it when a signal says so.
import { setFlagsFromString } from 'node:v8';
import { parseServerFlags, describeServerFlags } from '../config/settings-flags.ts';
import { formatSettings } from '../config/settings.ts';
import { CodedError } from '../base/coded-error.ts';
import type { Log } from '../base/log.ts';
import { loadConfiguration } from './load-configuration.ts';
import type { Terminal } from './terminal.ts';

const USAGE = `usage: holter server [FLAGS] [FILES…]

FILES are the ones that you have: prometheus.yml, alerts.yml, alertmanager.yml, logstash.conf, Grafana dashboards,
holter.yml; they are told apart by their content.

`;
/** A stop that takes longer is cut short: what has not reached the engine is in the spool. */
const STOP_LIMIT_MILLIS = 9500;
const WRONG_USE = 2;
const UNREACHABLE = 3;
/** Errors that say that something was asked for wrongly; the others say that it could not be had. */
const usageErrors = new Set(['SETTING_WRONG', 'FILE_UNUSABLE', 'ADDRESS_NOT_LOCAL', 'ADDRESS_UNPROTECTED']);

/**
 * Request bodies and blocks lie outside V8's heap. By default every few dozen bodies begin a full collection of a heap that they are
 * not part of: a quarter of the front's processor time under load. Counted together with the heap, and with as much room above what
 * is in use as is in use, they hardly ever do.
 */
function tuneCollector(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  setFlagsFromString('--initial-old-space-size=128');
  setFlagsFromString('--heap-growing-percent=100');
}

function exitCodeOf(error: CodedError): number {
  return usageErrors.has(error.code) ? WRONG_USE : UNREACHABLE;
}

/** `holter token …`; see token-command.ts. */
export async function runTokenCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const command = await import('./token-command.ts');
  return command.runTokenCommand(words, terminal);
}

/** Runs until a signal ends it; resolves to the exit code. */
export async function runServer(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = parseServerFlags(words);
  if (!line.ok) {
    terminal.complain(`holter server: ${line.error}`);
    return WRONG_USE;
  }
  if (line.value.switches.has('help')) {
    terminal.print(
      `${USAGE}${describeServerFlags()}\n  --print-config               print all settings and where each came from`,
    );
    return 0;
  }
  try {
    const { given, files, switches } = line.value;
    const loaded = await loadConfiguration(given, files);
    if (!loaded.ok) {
      for (const error of loaded.error) terminal.complain(`holter server: ${error.code}: ${error.message}`);
      return WRONG_USE;
    }
    if (switches.has('print-config')) {
      terminal.print(formatSettings(loaded.value.resolved));
      return 0;
    }
    tuneCollector();
    const { createOwnLog } = await import('./own-log.ts');
    const { startServer } = await import('./start-server.ts');
    const { logLevel, logFormat } = loaded.value.resolved.settings;
    const log = createOwnLog(logLevel, logFormat);
    const server = await startServer({ flags: given, files }, loaded.value, log);
    return await untilStopped(server, log);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    terminal.complain(`holter server: ${error.code}: ${error.message}`);
    return exitCodeOf(error);
  }
}

function untilStopped(
  server: { stop(): Promise<void>; reload(): Promise<readonly string[]> },
  log: Log,
): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: string): void => {
      if (stopping) return;
      stopping = true;
      log.info(`${signal}: stopping`);
      setTimeout(() => {
        log.warn('stopping took too long and is cut short; the spool keeps what is left');
        process.exit(0);
      }, STOP_LIMIT_MILLIS).unref();
      void server.stop().then(() => {
        log.info('stopped');
        resolve(0);
      });
    };
    process.on('SIGTERM', () => stop('SIGTERM'));
    process.on('SIGINT', () => stop('SIGINT'));
    process.on('SIGHUP', () => {
      server.reload().catch((error: Error) => log.error(`reload: ${error.message}`));
    });
  });
}
