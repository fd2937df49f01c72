// The grid: every panel gets a place, none overlaps another, and all move up as far as they can, as in Grafana.
import { GRID_COLUMNS, type Place } from './dashboard.ts';
import { numberOf, objectOf, scalarOf, type Json } from './json-fields.ts';

/** Of a panel that says nothing: two stand beside each other. */
const DEFAULT_WIDTH = 12;
const DEFAULT_HEIGHT = 8;
const MAX_HEIGHT = 200;
const MAX_ROW = 10_000;
/** A cell's height and the gap below it, pixels: how heights of the time before the grid are read. */
const CELL_PIXELS = 38;
const MIN_PIXELS = 90;
const OLD_COLUMNS = 12;
const OLD_ROW_PIXELS = 250;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, Math.round(value)));

/** The place that the file says; undefined when it says none. */
export function readPlace(value: unknown): Place | undefined {
  const grid = objectOf(value);
  const [x, y, w, h] = ['x', 'y', 'w', 'h'].map((side) => numberOf(grid[side]));
  if (w === undefined || h === undefined) return undefined;
  const width = clamp(w, 1, GRID_COLUMNS);
  return {
    x: clamp(x ?? 0, 0, GRID_COLUMNS - width),
    y: clamp(y ?? 0, 0, MAX_ROW),
    w: width,
    h: clamp(h, 1, MAX_HEIGHT),
  };
}

/** Cells of a height of the time before the grid: 250, "250px"; a row's height holds for panels that say none. */
function heightOf(panel: Json, row: Json): number {
  const pixels = numberOf(scalarOf(panel['height'] ?? row['height'])?.replace(/px$/, ''));
  return clamp(Math.ceil(Math.max(MIN_PIXELS, pixels ?? OLD_ROW_PIXELS) / CELL_PIXELS), 1, MAX_HEIGHT);
}

/** Size of a panel of the time before the grid: `span` of 12 columns. */
export function readOldSize(panel: Json, row: Json): { w: number; h: number } {
  const span = clamp(numberOf(panel['span']) ?? 4, 1, OLD_COLUMNS);
  return { w: (span * GRID_COLUMNS) / OLD_COLUMNS, h: heightOf(panel, row) };
}

/** Puts panels of these sizes beside each other, from left to right, in lines below `top`. */
export function flow(sizes: readonly { readonly w: number; readonly h: number }[], top: number): Place[] {
  let [x, y, lineHeight] = [0, top, 0];
  return sizes.map(({ w, h }) => {
    if (x + w > GRID_COLUMNS) {
      x = 0;
      y += lineHeight;
      lineHeight = 0;
    }
    const place = { x, y, w, h };
    x += w;
    lineHeight = Math.max(lineHeight, h);
    return place;
  });
}

/** Places for panels of which some have none: those follow below the others. */
export function fillPlaces(places: readonly (Place | undefined)[]): Place[] {
  const bottom = places.reduce((low, place) => Math.max(low, place === undefined ? 0 : place.y + place.h), 0);
  const missing = places.filter((place) => place === undefined).map(() => ({ w: DEFAULT_WIDTH, h: DEFAULT_HEIGHT }));
  const flowed = flow(missing, bottom);
  return places.map((place) => place ?? flowed.shift() ?? { x: 0, y: bottom, w: DEFAULT_WIDTH, h: DEFAULT_HEIGHT });
}

/**
 * The places, each as far up as it goes without crossing one that stands before it (in reading order); the answer is in the order of
 * the input. Grafana's grid does the same.
 */
export function compact(places: readonly Place[]): Place[] {
  // For every column, the first row that is free: panels only ever come below what is there.
  const free: number[] = Array.from({ length: GRID_COLUMNS }, () => 0);
  const order = places
    .map((_, index) => index)
    .toSorted((one, other) => {
      const [a, b] = [places[one], places[other]];
      return (a?.y ?? 0) - (b?.y ?? 0) || (a?.x ?? 0) - (b?.x ?? 0);
    });
  const moved: Place[] = [...places];
  for (const index of order) {
    const place = places[index];
    if (place === undefined) continue;
    const y = Math.max(...free.slice(place.x, place.x + place.w));
    free.fill(y + place.h, place.x, place.x + place.w);
    moved[index] = { ...place, y };
  }
  return moved;
}
