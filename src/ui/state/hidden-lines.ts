// Which lines of a chart are switched off, short enough for the address: a mark is a hash of the line's name (FNV-1a, 32 bits).

export function markOf(name: string): string {
  let hash = 0x81_1c_9d_c5;
  for (let place = 0; place < name.length; place++) hash = Math.imul(hash ^ name.charCodeAt(place), 0x01_00_01_93);
  return (hash >>> 0).toString(36);
}

export const hiddenMarks = (off: string | undefined): ReadonlySet<string> => new Set(off?.split(',') ?? []);

const write = (marks: readonly string[]): string | undefined => (marks.length === 0 ? undefined : marks.join(','));

/** Switches one line off or on. */
export function toggleLine(off: string | undefined, name: string): string | undefined {
  const marks = hiddenMarks(off);
  const mark = markOf(name);
  return write(
    marks.has(mark)
      ? [...marks].filter((entry) => entry !== mark && entry !== '')
      : [...marks, mark].filter((entry) => entry !== ''),
  );
}

/** Shows one line alone; all of them when it is alone already. */
export function isolateLine(off: string | undefined, name: string, all: readonly string[]): string | undefined {
  const marks = hiddenMarks(off);
  const others = all.filter((entry) => entry !== name);
  const isAlone = !marks.has(markOf(name)) && others.every((entry) => marks.has(markOf(entry)));
  return isAlone ? undefined : write(others.map(markOf));
}
