// Rows of all versions as sections: the nested rows of before 2017, and the "row" panels of today, open or collapsed.
import type { Panel, Place, Section } from './dashboard.ts';
import { isTrue, objectsOf, scalarOf, textOf, type Json } from './json-fields.ts';
import { compact, fillPlaces, flow, readOldSize, readPlace } from './place-panels.ts';
import { readPanel } from './read-panel.ts';

/** A dashboard with more is cut off: nobody reads so many. */
export const MAX_PANELS = 1000;

/** Gives every panel an id of its own; a number that comes twice gets a tail. */
class PanelIds {
  readonly #used = new Set<string>();

  take(panel: Json): string {
    const wished = scalarOf(panel['id']) ?? String(this.#used.size + 1);
    let id = wished;
    for (let copy = 2; this.#used.has(id); copy++) id = `${wished}-${copy}`;
    this.#used.add(id);
    return id;
  }
}

function readGroup(panels: readonly Json[], places: readonly (Place | undefined)[], ids: PanelIds): Panel[] {
  const placed = compact(fillPlaces(places));
  return panels.map((panel, index) => readPanel(panel, ids.take(panel), placed[index] ?? { x: 0, y: 0, w: 12, h: 8 }));
}

function readOldRows(rows: readonly Json[], ids: PanelIds): Section[] {
  return rows.map((row) => {
    const panels = objectsOf(row['panels']);
    const places = flow(
      panels.map((panel) => readOldSize(panel, row)),
      0,
    );
    return {
      // A row's title was shown only when it was asked for.
      title: row['showTitle'] === true || isTrue(row['collapse']) ? (scalarOf(row['title']) ?? '') : '',
      isCollapsed: isTrue(row['collapse']),
      repeat: textOf(row['repeat']),
      panels: readGroup(panels, places, ids),
    };
  });
}

interface OpenSection {
  readonly head: Json | undefined;
  readonly panels: Json[];
}

/** A row panel heads the panels that follow it, in the order of their places; a collapsed one holds them itself. */
function readPanels(entries: readonly Json[], ids: PanelIds): Section[] {
  const order = entries
    .map((panel, index) => ({ panel, index, place: readPlace(panel['gridPos']) }))
    .toSorted((one, other) => {
      const [a, b] = [one.place, other.place];
      // A panel without a place stays where it stands in the list.
      if (a === undefined || b === undefined) return one.index - other.index;
      return a.y - b.y || a.x - b.x || one.index - other.index;
    });
  const groups: OpenSection[] = [{ head: undefined, panels: [] }];
  for (const { panel } of order) {
    if (textOf(panel['type']) === 'row') groups.push({ head: panel, panels: [...objectsOf(panel['panels'])] });
    else groups.at(-1)?.panels.push(panel);
  }
  return groups
    .filter(({ head, panels }) => head !== undefined || panels.length > 0)
    .map(({ head, panels }) => ({
      title: head === undefined ? '' : (scalarOf(head['title']) ?? ''),
      isCollapsed: head !== undefined && isTrue(head['collapsed']),
      repeat: head === undefined ? '' : textOf(head['repeat']),
      panels: readGroup(
        panels,
        panels.map((panel) => readPlace(panel['gridPos'])),
        ids,
      ),
    }));
}

export function readSections(dashboard: Json): Section[] {
  const ids = new PanelIds();
  const rows = objectsOf(dashboard['rows']);
  const sections = rows.length > 0 ? readOldRows(rows, ids) : [];
  return [...sections, ...readPanels(objectsOf(dashboard['panels']).slice(0, MAX_PANELS), ids)];
}
