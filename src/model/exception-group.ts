// Faults that have the same cause share a group: a fingerprint of the exception's type and of the functions that its stack went
// through. Line numbers, addresses, install paths and source text do not count, so that a new release or another host keeps it.
import { fingerprintText } from '../base/fingerprint.ts';

const CHAIN =
  /^[\s|]*(?:During handling of the above exception, another exception occurred:|The above exception was the direct cause of the following exception:)\s*$/m;
const FRAME = /File "([^"\n]+)", line \d+(?:, in ([^\n]+))?/g;
const LIBRARY = /(?:^|[\\/])(?:site-packages|dist-packages|lib[\\/]python\d+\.\d+)[\\/](.+)$/;
/** Frames that are looked at, from the place of the fault outwards: a deep recursion must not cost. */
const MAX_FRAMES = 64;
const MAX_PLAIN_TEXT = 2000;

interface Frame {
  readonly place: string;
  readonly isLibrary: boolean;
}

function frameOf(path: string, name: string): Frame {
  const library = LIBRARY.exec(path);
  const file = (library?.[1] ?? path)
    .split(/[\\/]/)
    .slice(library === null ? -2 : 0)
    .join('/');
  return { place: `${file}:${name}`, isLibrary: library !== null || path.startsWith('<frozen ') };
}

function framesOf(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const [, path = '', name = ''] of [...stack.matchAll(FRAME)].slice(-MAX_FRAMES)) {
    const frame = frameOf(path, name.trim());
    if (frames.at(-1)?.place !== frame.place) frames.push(frame);
  }
  return frames;
}

/** Texts of other languages' stacks, and messages: what varies from one time to the next is left out. */
function normalizeText(text: string): string {
  return text
    .slice(0, MAX_PLAIN_TEXT)
    .replaceAll(/0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+/gi, '#')
    .replaceAll(/'[^'\n]*'|"[^"\n]*"/g, '""')
    .replaceAll(/\s+/g, ' ');
}

/**
 * The group of an exception; `stackText` is the traceback as text ('' when there is none). Of chained exceptions the last one counts,
 * and of its frames those of the program itself, unless there are none. 0 when there is nothing to go by.
 */
export function computeExceptionGroup(type: string, stackText: string): bigint {
  if (type === '' && stackText === '') return 0n;
  const last = stackText.split(CHAIN).at(-1) ?? '';
  const frames = framesOf(last);
  const own = frames.filter(({ isLibrary }) => !isLibrary);
  const places = (own.length > 0 ? own : frames).map(({ place }) => place);
  return fingerprintText([type, ...(places.length > 0 ? places : [normalizeText(last)])].join('\n'));
}
