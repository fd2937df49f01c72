// Copies of panels and sections, one a value of the variable that they repeat by.
import { GRID_COLUMNS, type Panel, type Section } from './dashboard.ts';
import { compact } from './place-panels.ts';

/** A repeated panel has at most so many copies. */
export const MAX_COPIES = 100;
const LEAST_WIDTH = 3;
const DEFAULT_PER_ROW = 4;

/** Values by variable name, "all" spelled out. */
export type RepeatValues = (variable: string) => readonly string[];

function copiesOf(panel: Panel, valuesOf: RepeatValues): Panel[] {
  if (panel.repeat === '') return [panel];
  const values = valuesOf(panel.repeat).slice(0, MAX_COPIES);
  if (values.length === 0) return [panel];
  const { x, y, w, h } = panel.place;
  const perRow = Math.min(values.length, panel.maxPerRow > 0 ? panel.maxPerRow : DEFAULT_PER_ROW);
  const width = panel.repeatDirection === 'v' ? w : Math.max(LEAST_WIDTH, Math.floor(GRID_COLUMNS / perRow));
  const fit = Math.max(1, Math.floor(GRID_COLUMNS / width));
  return values.map((value, copy) => {
    const place =
      panel.repeatDirection === 'v'
        ? { x, y: y + copy * h, w, h }
        : { x: (copy % fit) * width, y: y + Math.floor(copy / fit) * h, w: width, h };
    return {
      ...panel,
      id: copy === 0 ? panel.id : `${panel.id}~${value}`,
      place,
      scoped: { ...panel.scoped, [panel.repeat]: value },
    };
  });
}

/** Copies push what stands below them down by the height that they add. */
function repeatIn(panels: readonly Panel[], valuesOf: RepeatValues): Panel[] {
  const repeated: Panel[] = [];
  let pushed = 0;
  for (const panel of panels.toSorted((one, other) => one.place.y - other.place.y || one.place.x - other.place.x)) {
    const copies = copiesOf({ ...panel, place: { ...panel.place, y: panel.place.y + pushed } }, valuesOf);
    repeated.push(...copies);
    const bottom = Math.max(...copies.map(({ place }) => place.y + place.h));
    pushed += bottom - (panel.place.y + pushed + panel.place.h);
  }
  const places = compact(repeated.map(({ place }) => place));
  return repeated.map((panel, index) => ({ ...panel, place: places[index] ?? panel.place }));
}

/** The sections with every repetition carried out. */
export function repeatSections(sections: readonly Section[], valuesOf: RepeatValues): Section[] {
  return sections.flatMap((section) => {
    const values = section.repeat === '' ? [] : valuesOf(section.repeat).slice(0, MAX_COPIES);
    if (values.length === 0) return [{ ...section, panels: repeatIn(section.panels, valuesOf) }];
    return values.map((value, copy) => ({
      ...section,
      panels: repeatIn(section.panels, (name) => (name === section.repeat ? [value] : valuesOf(name))).map((panel) => ({
        ...panel,
        id: copy === 0 ? panel.id : `${panel.id}~${value}`,
        scoped: { [section.repeat]: value, ...panel.scoped },
      })),
    }));
  });
}
