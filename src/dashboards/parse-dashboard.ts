// The door: the text of a file → a dashboard, or what was expected of it and where.
import { err, ok, type Result } from '../base/result.ts';
import type { Dashboard } from './dashboard.ts';
import { isJson, listOf, numberOf, objectOf, scalarOf, textOf, type Json } from './json-fields.ts';
import { readInterval } from './interval.ts';
import { findJsonFault } from './json-fault.ts';
import { readSections } from './read-sections.ts';
import { readVariables } from './read-variable.ts';

/** Longer files are refused. */
export const MAX_DASHBOARD_CHARACTERS = 8 << 20;
const BYTE_ORDER_MARK = '\uFEFF';

function readJson(text: string): Result<unknown, string> {
  const content = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  try {
    return ok(JSON.parse(content));
  } catch {
    return err(findJsonFault(content));
  }
}

/** The dashboard inside {"dashboard": …} (the HTTP API's form) or {"spec": …} (the form of a resource). */
function unwrap(value: Json): Json {
  if (isJson(value['dashboard'])) return value['dashboard'];
  if (isJson(value['spec']) && (value['kind'] === 'Dashboard' || value['apiVersion'] !== undefined)) {
    const { name } = objectOf(value['metadata']);
    return { uid: textOf(name), ...value['spec'] };
  }
  return value;
}

function readTime(value: unknown): Dashboard['time'] {
  const { from, to } = objectOf(value);
  return typeof from === 'string' && typeof to === 'string' ? { from, to } : undefined;
}

/** The model of a dashboard's text. The error is one sentence; nothing inside a well-formed dashboard is an error. */
export function parseDashboard(text: string): Result<Dashboard, string> {
  if (text.length > MAX_DASHBOARD_CHARACTERS)
    return err(`expected at most ${MAX_DASHBOARD_CHARACTERS} characters, got ${text.length}`);
  const json = readJson(text);
  if (!json.ok) return json;
  if (!isJson(json.value)) {
    const got = Array.isArray(json.value) ? 'a list' : json.value === null ? 'null' : `a ${typeof json.value}`;
    return err(`expected the JSON object of a Grafana dashboard, got ${got}`);
  }
  const dashboard = unwrap(json.value);
  if (isJson(dashboard['elements']) && dashboard['panels'] === undefined)
    return err(
      'the dashboard is in the schema v2 ("elements" and "layout"), which is not read: export it as classic JSON',
    );
  if (!Array.isArray(dashboard['panels']) && !Array.isArray(dashboard['rows'])) {
    const keys = Object.keys(dashboard).slice(0, 8);
    return err(
      `expected "panels" (or "rows", in dashboards of before 2018), found ${keys.length === 0 ? 'an empty object' : `only ${keys.join(', ')}`}`,
    );
  }
  const refresh = textOf(dashboard['refresh']);
  const refreshMillis = readInterval(refresh);
  return ok({
    uid: scalarOf(dashboard['uid']) ?? '',
    title: (scalarOf(dashboard['title']) ?? '').trim(),
    description: textOf(dashboard['description']),
    tags: listOf(dashboard['tags'])
      .map(textOf)
      .filter((tag) => tag !== ''),
    schemaVersion: numberOf(dashboard['schemaVersion']) ?? 0,
    time: readTime(dashboard['time']),
    refreshSeconds: refreshMillis === undefined ? undefined : refreshMillis / 1000,
    variables: readVariables(dashboard),
    sections: readSections(dashboard),
  });
}
