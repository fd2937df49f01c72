// The program inside a flame graph file. It is written into the file as its own source text, so it may use nothing from
// outside of itself but the page. Boxes are drawn from a table; only what is at least half a pixel wide is drawn.

/** What the file carries; arrays are in depth-first order, see FlameLayout. */
export interface FlameData {
  readonly title: string;
  readonly unit: string;
  readonly labels: readonly string[];
  readonly label: readonly number[];
  readonly depth: readonly number[];
  readonly start: readonly number[];
  readonly width: readonly number[];
  readonly self: readonly number[];
  readonly change?: readonly number[];
  readonly before?: readonly number[];
  /** Own samples in each view; the first one is what `self` holds. */
  readonly views?: readonly { readonly name: string; readonly self: readonly number[] }[];
}

/** Builds the page inside the element `flame`. */
export function runViewer(data: FlameData): void {
  const XHTML = 'http://www.w3.org/1999/xhtml';
  const SVG = 'http://www.w3.org/2000/svg';
  const ROW = 18;
  const MIN_PIXELS = 0.5;
  const CHARACTER = 6.6;
  const TABLE_ROWS = 500;
  const count = data.label.length;
  const deepest = data.depth.reduce((most, value) => Math.max(most, value), 0);
  const parents: number[] = [];
  const path: number[] = [];
  for (let box = 0; box < count; box++) {
    const depth = data.depth[box] ?? 0;
    parents[box] = depth === 0 ? -1 : (path[depth - 1] ?? 0);
    path[depth] = box;
  }
  let { self, width, start } = data;
  let total = width[0] || 1;
  const at = (column: readonly number[] | undefined, box: number): number => column?.[box] ?? 0;
  const labelOf = (box: number): string => data.labels[at(data.label, box)] ?? '';
  const percent = (part: number): string => `${((100 * part) / total).toFixed(2)} %`;

  const html = <K extends keyof HTMLElementTagNameMap>(
    name: K,
    attributes: Record<string, string> = {},
    text = '',
  ): HTMLElementTagNameMap[K] => {
    const element = document.createElementNS(XHTML, name) as HTMLElementTagNameMap[K];
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };

  const app = document.querySelector('#flame') as HTMLElement;
  const heading = html('h1', {}, data.title);
  const search = html('input', {
    type: 'search',
    placeholder: 'search (regular expression)',
    'aria-label': 'search by regular expression',
  });
  const matched = html('output', { 'aria-live': 'polite' });
  const reset = html('button', { type: 'button' }, 'reset');
  const turn = html('button', { type: 'button', 'aria-pressed': 'false' }, 'root at top');
  const twin = html('button', { type: 'button', 'aria-pressed': 'false' }, 'table');
  const bar = html('div', { class: 'bar' });
  bar.append(search, matched, reset, turn, twin);
  const views = data.views ?? [];
  const choice = html('select', { 'aria-label': 'which samples' });
  const captions: Record<string, string> = {
    wall: 'all samples (wall clock)',
    cpu: 'on a CPU',
    gil: 'with the GIL',
    waiting: 'waiting, by reason',
  };
  for (const { name } of views) choice.append(html('option', { value: name }, captions[name] ?? name));
  if (views.length > 1) bar.append(choice);
  const details = html('p', { class: 'details', 'aria-live': 'polite' }, ' ');
  const chart = document.createElementNS(SVG, 'svg');
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', `flame graph of ${data.title}; the table button shows the same as a tree`);
  const table = html('div', { class: 'twin' });
  table.hidden = true;
  app.append(heading, bar, details, chart, table);

  let focus = 0;
  let rootOnTop = false;
  let pattern: RegExp | undefined;

  // Stable by module: the same file has the same hue in every graph.
  const colour = (box: number): string => {
    if (data.change !== undefined) {
      const change = at(data.change, box);
      const strength = Math.min(1, Math.sqrt(Math.abs(change)) * 1.6);
      return change === 0
        ? 'hsl(0 0% 78%)'
        : `hsl(${change > 0 ? 4 : 215} ${30 + 50 * strength}% ${84 - 26 * strength}%)`;
    }
    const label = labelOf(box);
    const module = /\(([^:)]*)/.exec(label)?.[1] ?? label;
    let hash = 0;
    for (let index = 0; index < module.length; index++) hash = (hash * 31 + module.charCodeAt(index)) % 9973;
    return `hsl(${(hash * 137) % 360} 58% ${68 + (hash % 12)}%)`;
  };
  const describe = (box: number): string => {
    const parts = [`${labelOf(box)}: `];
    if (data.change === undefined) {
      parts.push(`${at(width, box)} ${data.unit}, ${percent(at(width, box))}, own ${percent(at(self, box))}`);
    } else {
      const change = 100 * at(data.change, box);
      const vanished = at(data.before, box) > 0 && at(self, box) === 0 ? ', vanished' : '';
      parts.push(
        `${change >= 0 ? '+' : ''}${change.toFixed(2)} % (${at(data.before, box)} → ${at(self, box)} samples${vanished})`,
      );
    }
    return parts.join('');
  };
  const isMatch = (box: number): boolean => pattern !== undefined && pattern.test(labelOf(box));

  const drawBox = (box: number, x: number, width: number, row: number): void => {
    const group = document.createElementNS(SVG, 'g');
    group.dataset['box'] = String(box);
    const rect = document.createElementNS(SVG, 'rect');
    rect.setAttribute('x', x.toFixed(1));
    rect.setAttribute('y', String(row * ROW));
    rect.setAttribute('width', Math.max(width - 0.5, 0.5).toFixed(1));
    rect.setAttribute('height', String(ROW - 1));
    rect.setAttribute('rx', '2');
    rect.setAttribute('fill', isMatch(box) ? 'hsl(300 90% 70%)' : colour(box));
    if (box !== focus && isAbove(box)) rect.setAttribute('opacity', '0.55');
    const tip = document.createElementNS(SVG, 'title');
    tip.textContent = describe(box);
    group.append(rect, tip);
    const room = Math.floor((width - 6) / CHARACTER);
    if (room >= 3) {
      const text = document.createElementNS(SVG, 'text');
      text.setAttribute('x', (x + 3).toFixed(1));
      text.setAttribute('y', String(row * ROW + 13));
      const label = labelOf(box);
      text.textContent = label.length <= room ? label : `${label.slice(0, room - 1)}…`;
      group.append(text);
    }
    chart.append(group);
  };
  const isAbove = (box: number): boolean => {
    for (let current = parents[focus] ?? -1; current >= 0; current = parents[current] ?? -1)
      if (current === box) return true;
    return false;
  };

  const draw = (): void => {
    const pixels = chart.getBoundingClientRect().width || 1200;
    const [left, span] = [at(start, focus), at(width, focus) || 1];
    chart.setAttribute('height', String((deepest + 1) * ROW));
    chart.replaceChildren();
    for (let box = 0; box < count; box++) {
      const above = isAbove(box);
      const x = above ? 0 : ((at(start, box) - left) / span) * pixels;
      const pixelWidth = above ? pixels : (at(width, box) / span) * pixels;
      if (pixelWidth < MIN_PIXELS || x + pixelWidth <= 0 || x >= pixels) continue;
      if (!above && (x < -0.01 || x + pixelWidth > pixels + 0.01)) continue;
      const depth = at(data.depth, box);
      drawBox(box, x, pixelWidth, rootOnTop ? depth : deepest - depth);
    }
  };

  // A box inside a matching one is already counted.
  const countMatches = (): void => {
    if (pattern === undefined) {
      matched.textContent = '';
      return;
    }
    let sum = 0;
    let coveredDepth = -1;
    for (let box = 0; box < count; box++) {
      const depth = at(data.depth, box);
      if (coveredDepth >= 0 && depth > coveredDepth) continue;
      coveredDepth = -1;
      if (!isMatch(box)) continue;
      sum += at(width, box);
      coveredDepth = depth;
    }
    matched.textContent = `matched ${percent(sum)}`;
  };

  const fillTable = (): void => {
    const tree = html('table', { role: 'treegrid', 'aria-label': data.title });
    const head = html('tr');
    for (const name of ['function', 'total', 'own']) head.append(html('th', { scope: 'col' }, name));
    tree.append(head);
    const heaviest = Array.from({ length: count }, (_, box) => box)
      .filter((box) => at(width, box) > 0)
      .toSorted((a, b) => at(width, b) - at(width, a))
      .slice(0, TABLE_ROWS)
      .toSorted((a, b) => a - b);
    for (const box of heaviest) {
      const depth = at(data.depth, box);
      const row = html('tr', { role: 'row', 'aria-level': String(depth + 1), tabindex: '0', 'data-box': String(box) });
      const name = html('td', { style: `padding-left:${0.5 + depth * 0.9}em` }, labelOf(box));
      const own = data.change === undefined ? percent(at(self, box)) : describe(box).slice(labelOf(box).length + 2);
      row.append(name, html('td', { class: 'number' }, percent(at(width, box))), html('td', { class: 'number' }, own));
      tree.append(row);
    }
    table.replaceChildren(tree);
  };

  // A box is as wide as what ended in it and above it; siblings stand side by side in the order of the table.
  const showView = (name: string): void => {
    self = views.find((view) => view.name === name)?.self ?? data.self;
    const widths = [...self];
    for (let box = count - 1; box > 0; box--) {
      const parent = parents[box] ?? 0;
      widths[parent] = at(widths, parent) + at(widths, box);
    }
    const starts: number[] = [];
    const next: number[] = [];
    for (let box = 0; box < count; box++) {
      const parent = parents[box] ?? -1;
      starts[box] = parent < 0 ? 0 : (next[parent] ?? 0);
      if (parent >= 0) next[parent] = at(starts, box) + at(widths, box);
      next[box] = at(starts, box);
    }
    [width, start, total] = [widths, starts, widths[0] || 1];
    countMatches();
    if (!table.hidden) fillTable();
    zoom(0);
  };

  const zoom = (box: number): void => {
    focus = box;
    details.textContent = describe(box);
    draw();
  };
  const boxOf = (event: Event): number | undefined => {
    const text = (event.target as Element).closest('[data-box]')?.getAttribute('data-box');
    return text === null || text === undefined ? undefined : Number(text);
  };
  chart.addEventListener('click', (event) => zoom(boxOf(event) ?? 0));
  chart.addEventListener('mousemove', (event) => {
    const box = boxOf(event);
    if (box !== undefined) details.textContent = describe(box);
  });
  table.addEventListener('click', (event) => zoom(boxOf(event) ?? focus));
  table.addEventListener('keydown', (event) => {
    const row = (event.target as Element).closest('tr');
    if (event.key === 'Enter') zoom(boxOf(event) ?? focus);
    else if (event.key === 'ArrowDown') (row?.nextElementSibling as HTMLElement | null)?.focus();
    else if (event.key === 'ArrowUp') (row?.previousElementSibling as HTMLElement | null)?.focus();
    else return;
    event.preventDefault();
  });
  search.addEventListener('input', () => {
    try {
      pattern = search.value === '' ? undefined : new RegExp(search.value, 'i');
      search.removeAttribute('aria-invalid');
    } catch {
      // Half-typed patterns are wrong for a moment; the field says so.
      search.setAttribute('aria-invalid', 'true');
      return;
    }
    countMatches();
    draw();
  });
  choice.addEventListener('change', () => showView(choice.value));
  reset.addEventListener('click', () => {
    search.value = '';
    pattern = undefined;
    countMatches();
    zoom(0);
  });
  turn.addEventListener('click', () => {
    rootOnTop = !rootOnTop;
    turn.setAttribute('aria-pressed', String(rootOnTop));
    draw();
  });
  twin.addEventListener('click', () => {
    table.hidden = !table.hidden;
    twin.setAttribute('aria-pressed', String(!table.hidden));
    if (!table.hidden) fillTable();
  });
  globalThis.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') reset.click();
    if (event.key === '/' && document.activeElement !== search) {
      search.focus();
      event.preventDefault();
    }
  });
  globalThis.addEventListener('resize', draw);
  draw();
}
