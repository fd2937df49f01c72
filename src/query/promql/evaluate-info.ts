// info(): joins the labels of info series (`target_info` unless told otherwise) to the series of a vector, by instance and job.
import { Labels, METRIC_NAME } from '../../model/labels.ts';
import { argumentAt, evaluateVector } from './arguments.ts';
import type { CallContext } from './function.ts';
import { endOf } from './grid.ts';
import { findInfoReference, type InfoReference } from './info-reference.ts';
import { Matcher } from './matcher.ts';
import { failExecution } from './query-error.ts';
import type { SelectedSeries } from './series-source.ts';
import { showLabels } from './show-labels.ts';
import { isStaleMarker } from './stale.ts';
import { mergeRows, VectorBlock, type Value } from './values.ts';

const identifying: readonly string[] = ['instance', 'job'];
const identifyingNames: ReadonlySet<string> = new Set(identifying);

function made(name: string, operator: '=~' | '=', value: string): Matcher {
  const matcher = Matcher.make(name, operator, value);
  if (!matcher.ok) throw new Error(matcher.error);
  return matcher.value;
}

/** Conditions on the name of info series: those given, or a default; only negative ones apply to names that end in `_info`. */
function completeNameMatchers(given: readonly Matcher[]): readonly Matcher[] {
  if (given.some(({ operator }) => operator === '=' || operator === '=~')) return given;
  if (given.length > 0) return [made(METRIC_NAME, '=~', '.+_info'), ...given];
  return [made(METRIC_NAME, '=', 'target_info')];
}

const escapeRegex = (text: string): string => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&');

/** One set of conditions for each combination of identifying labels that the series have. */
function identifyingMatcherSets(rows: readonly Labels[]): Matcher[][] {
  const groups = new Map<string, Map<string, Set<string>>>();
  for (const labels of rows) {
    const names = identifying.filter((name) => labels.has(name));
    if (names.length === 0) continue;
    const key = names.join();
    const values = groups.get(key) ?? new Map(names.map((name) => [name, new Set<string>()]));
    groups.set(key, values);
    for (const name of names) values.get(name)?.add(labels.get(name));
  }
  return [...groups.values()].map((values) =>
    identifying.map((name) => {
      const seen = values.get(name);
      return seen === undefined
        ? made(name, '=', '')
        : made(name, '=~', [...seen].toSorted().map(escapeRegex).join('|'));
    }),
  );
}

interface InfoSample {
  readonly series: SelectedSeries;
  readonly timeMs: number;
}

/** The newest info series of each name and identity at one time. */
function newestAt(
  selected: readonly SelectedSeries[],
  keys: readonly string[],
  referenceMs: number,
  lookbackMs: number,
): Map<string, InfoSample> {
  const newest = new Map<string, InfoSample>();
  selected.forEach((series, position) => {
    const { times, values } = series;
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) <= referenceMs) low = middle + 1;
      else high = middle;
    }
    const index = low - 1;
    const timeMs = times[index] ?? -Infinity;
    if (index < 0 || timeMs <= referenceMs - lookbackMs || isStaleMarker(values, index)) return;
    const key = keys[position] ?? '';
    const other = newest.get(key);
    if (other !== undefined && other.timeMs === timeMs)
      failExecution(
        `found duplicate series for info metric: existing ${showLabels(other.series.labels)} @ ${timeMs}, new ${showLabels(series.labels)} @ ${timeMs}`,
      );
    if (other === undefined || other.timeMs < timeMs) newest.set(key, { series, timeMs });
  });
  return newest;
}

const identityKey = (name: string, labels: Labels): string => `${name}\0${labels.only(identifyingNames).key}`;

/** What the joined labels of one series at one step are; `undefined` when the series is to be left out. */
function joinLabels(
  base: Labels,
  infos: readonly SelectedSeries[],
  dataMatchers: ReadonlyMap<string, readonly Matcher[]>,
): Labels | undefined {
  const added = new Map<string, string>();
  for (const { labels } of infos) {
    for (const [name, value] of labels) {
      if (name === METRIC_NAME || (dataMatchers.size > 0 && !dataMatchers.has(name))) continue;
      const earlier = added.get(name);
      if (earlier !== undefined && earlier !== value) failExecution(`conflicting label: ${name}`);
      if (!base.has(name)) added.set(name, value);
    }
  }
  if (infos.length === 0) {
    const mayBeAbsent = [...dataMatchers.values()].flat().every((matcher) => matcher.matches(''));
    if (!mayBeAbsent) return undefined;
  }
  return added.size === 0 ? base : Labels.of([...base, ...added]);
}

class InfoJoin {
  readonly #context: CallContext;
  readonly #reference: InfoReference;
  readonly #nameMatchers: readonly Matcher[];
  readonly #dataMatchers: ReadonlyMap<string, readonly Matcher[]>;

  constructor(context: CallContext) {
    const selector = context.call.arguments[1];
    const given = selector?.kind === 'vector' ? selector.matchers : [];
    this.#context = context;
    this.#reference = findInfoReference(argumentAt(context, 0));
    this.#nameMatchers = completeNameMatchers(given.filter(({ name }) => name === METRIC_NAME));
    this.#dataMatchers = Map.groupBy(
      given.filter(({ name }) => name !== METRIC_NAME),
      ({ name }) => name,
    );
  }

  async run(): Promise<VectorBlock> {
    const input = await evaluateVector(this.#context, 0);
    const isInfo = input.labels.map((labels) =>
      this.#nameMatchers.every((matcher) => matcher.matches(labels.metricName)),
    );
    const selected = await this.#select(input.labels.filter((_, row) => isInfo[row] !== true));
    return mergeRows(this.#join(input, isInfo, selected));
  }

  async #select(rows: readonly Labels[]): Promise<SelectedSeries[]> {
    const { grid, state } = this.#context;
    const { atMs, offsetMs } = this.#reference;
    const fromMs = (atMs ?? grid.startMs) - offsetMs - state.options.lookbackMs + 1;
    const toMs = (atMs ?? endOf(grid)) - offsetMs;
    const hints = { function: 'info', grouping: [], by: false, rangeMs: 0, stepMs: grid.intervalMs, newestOnly: false };
    const selected: SelectedSeries[] = [];
    for (const own of identifyingMatcherSets(rows)) {
      const matchers = [...own, ...[...this.#dataMatchers.values()].flat(), ...this.#nameMatchers];
      selected.push(...(await state.source.select(matchers, fromMs, toMs, hints, state.signal)));
    }
    return selected;
  }

  #join(input: VectorBlock, isInfo: readonly boolean[], selected: readonly SelectedSeries[]): VectorBlock {
    const { grid, state } = this.#context;
    const { atMs, offsetMs } = this.#reference;
    const output = new VectorBlock(grid.steps, input.rows);
    const offsets = new Map<string, number>();
    const keys = selected.map(({ labels }) => identityKey(labels.metricName, labels));
    const names = [...new Set(selected.map(({ labels }) => labels.metricName))];
    const wanted = input.labels.map((labels) => names.map((name) => identityKey(name, labels)));
    for (let step = 0; step < grid.steps; step++) {
      const referenceMs = (atMs ?? grid.startMs + step * grid.intervalMs) - offsetMs;
      const newest = newestAt(selected, keys, referenceMs, state.options.lookbackMs);
      for (let row = 0; row < input.rows; row++) {
        const from = row * grid.steps + step;
        if (input.present[from] === 0) continue;
        const base = input.labels[row] ?? Labels.empty;
        const infos = (wanted[row] ?? []).flatMap((key) => newest.get(key)?.series ?? []);
        const labels = isInfo[row] === true ? base : joinLabels(base, infos, this.#dataMatchers);
        if (labels === undefined) continue;
        const key = `${row}\0${labels.key}`;
        let offset = offsets.get(key);
        if (offset === undefined) offsets.set(key, (offset = output.addRow(labels, input.dropName[row] ?? false)));
        output.values[offset + step] = input.values[from] ?? 0;
        output.present[offset + step] = 1;
      }
    }
    return output;
  }
}

/** Evaluates a call of info(). */
export async function evaluateInfo(context: CallContext): Promise<Value> {
  return { kind: 'vector', block: await new InfoJoin(context).run() };
}
