// The text of `holter why`: at most three lines of conclusions, then the evidence for them.
import type { Finding } from '../../pyproc/why/finding.ts';
import { actorsOf, title, where, type Scene } from '../../pyproc/why/scene.ts';
import { printable, type Palette } from './palette.ts';

const MAX_LINES = 3;
const MAX_WAITING = 8;

function mark(finding: Finding, palette: Palette): string {
  if (finding.severity === 'fault') return palette.red('✗');
  return finding.severity === 'suspect' ? palette.yellow('!') : palette.green('·');
}

// Nothing was found: what is waited for stands there all the same.
function describeRest(scene: Scene): string[] {
  const waiting = [...actorsOf(scene)].filter(({ wait }) => wait !== undefined);
  if (waiting.length === 0) return ['· no thread waits: all of them are running'];
  const head = `· nothing is known to be wrong; ${waiting.length === 1 ? '1 thread waits' : `${waiting.length} threads wait`}:`;
  const shown = waiting
    .slice(0, MAX_WAITING)
    .map((actor) => `  ${title(actor, scene)}: ${actor.wait?.text}${where(actor)}`);
  const more = waiting.length - shown.length;
  return [head, ...shown.map(printable), ...(more > 0 ? [`  … and ${more} more`] : [])];
}

/** The diagnosis as lines of text. */
export function formatDiagnosis(scene: Scene, findings: readonly Finding[], palette: Palette): string {
  const grave = findings.filter((finding) => finding.severity !== 'note');
  const shown = (grave.length > 0 ? grave : findings).slice(0, MAX_LINES);
  const lines = shown.map((finding) => `${mark(finding, palette)} ${palette.bold(printable(finding.summary))}`);
  if (lines.length === 0) lines.push(...describeRest(scene));
  const rest = findings.filter((finding) => !shown.includes(finding) && finding.severity !== 'note');
  if (rest.length > 0) lines.push(palette.dim(`  … and ${rest.length} more below`));
  for (const finding of [...shown, ...rest]) {
    lines.push('', `${mark(finding, palette)} ${finding.kind}`);
    if (!shown.includes(finding)) lines.push(`  ${printable(finding.summary)}`);
    for (const line of finding.evidence) lines.push(printable(line));
  }
  const processes = scene.processes.length === 1 ? '1 process' : `${scene.processes.length} processes`;
  const count = scene.processes.reduce((sum, process) => sum + process.dump.threads.length, 0);
  const threads = count === 1 ? '1 thread' : `${count} threads`;
  const skipped =
    scene.skipped.length === 0 ? '' : `; ${scene.skipped.length} not looked into (no Python, or not permitted)`;
  lines.push(
    '',
    palette.dim(`looked at ${processes}, ${threads}, twice within ${scene.windowSeconds.toFixed(2)} s${skipped}`),
  );
  return lines.join('\n');
}
