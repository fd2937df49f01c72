// Preloaded into a process that is profiled: takes a CPU profile of its main thread from the start on; SIGUSR2 writes what was taken
// since the last one to $HOLTER_PROFILES/PID-NUMBER.cpuprofile and goes on. An ending store writes none by itself: it kills itself.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const SAMPLING_MICROS = 500;
const folder = process.env['HOLTER_PROFILES'];

if (isMainThread && folder !== undefined) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_MICROS });
  await session.post('Profiler.start');
  let number = 0;
  process.on('SIGUSR2', () => {
    void (async () => {
      const { profile } = await session.post('Profiler.stop');
      await session.post('Profiler.start');
      const file = join(folder, `${process.pid}-${++number}.cpuprofile`);
      writeFileSync(`${file}.new`, JSON.stringify(profile));
      renameSync(`${file}.new`, file);
    })();
  });
}
