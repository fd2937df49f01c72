// One panel of any version of the schema.
import type { Panel, PanelKind, PanelNote, PanelOptions, PanelProblem, Place } from './dashboard.ts';
import { numberOf, objectOf, scalarOf, textOf, type Json } from './json-fields.ts';
import { panelTypes } from './panel-types.ts';
import { readFieldStyle, readOverrides } from './read-field-style.ts';
import { readGraphStyle, readOldOptions, readOldTableStyle, readSinglestatStyle } from './read-legacy-style.ts';
import { readOptions, unfollowedTransformations } from './read-options.ts';
import { isRunnable, readTargets, sourceOf, type Targets } from './read-target.ts';

const oldTypes = new Set(['graph', 'singlestat', 'table-old', 'text']);

type Look = Pick<Panel, 'field' | 'overrides' | 'options'>;

function readLook(panel: Json, type: string): Look {
  const config = objectOf(panel['fieldConfig']);
  const formerly = objectOf(objectOf(panel['options'])['fieldOptions']);
  const field = { ...readFieldStyle(formerly['defaults']), ...readFieldStyle(config['defaults']) };
  const overrides = [...readOverrides(formerly['overrides']), ...readOverrides(config['overrides'])];
  const isOld = oldTypes.has(type) || (type === 'table' && panel['styles'] !== undefined);
  const options: PanelOptions = { ...readOptions(panel), ...(isOld && readOldOptions(panel)) };
  if (type === 'graph') {
    const graph = readGraphStyle(panel);
    return { field: { ...field, ...graph.field }, overrides: [...overrides, ...graph.overrides], options };
  }
  if (type === 'singlestat') return { field: { ...field, ...readSinglestatStyle(panel) }, overrides, options };
  if (type.startsWith('table') && panel['styles'] !== undefined)
    return {
      field,
      overrides: [...overrides, ...readOldTableStyle(panel)],
      options: { ...options, reducer: 'lastNotNull' },
    };
  return { field, overrides, options };
}

function findProblem(
  panel: Json,
  type: string,
  kind: PanelKind | undefined,
  queries: Targets,
): PanelProblem | undefined {
  const library = objectOf(panel['libraryPanel']);
  if (type === '' && panel['libraryPanel'] !== undefined)
    return { kind: 'libraryPanel', name: textOf(library['name']) };
  if (kind === undefined)
    return panelTypes.some((entry) => entry.type === type) ? { kind: 'notDrawn', type } : { kind: 'unknownType', type };
  if (kind === 'text') return undefined;
  if (queries.targets.length > 0) return undefined;
  const source = sourceOf(panel['datasource']);
  if (queries.otherSource !== undefined) return { kind: 'otherSource', source: queries.otherSource };
  return isRunnable(source) ? { kind: 'noQuery' } : { kind: 'otherSource', source };
}

function notesOf(panel: Json, queries: Targets): PanelNote[] {
  const names = unfollowedTransformations(panel);
  const notes: PanelNote[] = names.length === 0 ? [] : [{ kind: 'transformations', names: names.join(', ') }];
  return queries.targets.length === 0 ? notes : [...notes, ...queries.notes];
}

/** `id` is unique in the dashboard. */
export function readPanel(panel: Json, id: string, place: Place): Panel {
  const type = textOf(panel['type']);
  const queries = readTargets(panel);
  const named = panelTypes.find((entry) => entry.type === type)?.kind;
  const isGauge = type === 'singlestat' && objectOf(panel['gauge'])['show'] === true;
  const kind = isGauge ? 'gauge' : named;
  const problem = findProblem(panel, type, kind, queries);
  return {
    id,
    title: scalarOf(panel['title']) ?? '',
    description: textOf(panel['description']),
    place,
    type,
    kind: problem === undefined ? kind : undefined,
    problem,
    notes: notesOf(panel, queries),
    targets: queries.targets,
    ...readLook(panel, type),
    repeat: textOf(panel['repeat']),
    repeatDirection: panel['repeatDirection'] === 'v' ? 'v' : 'h',
    maxPerRow: numberOf(panel['maxPerRow']) ?? 0,
    scoped: {},
    timeFrom: textOf(panel['timeFrom']),
    timeShift: textOf(panel['timeShift']),
    interval: textOf(panel['interval']),
    maxDataPoints: numberOf(panel['maxDataPoints']),
  };
}
