// Random jobs, relabelling rules and expositions, the same for the same seed.

/** A small random generator (mulberry32): numbers from 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Rule = Readonly<Record<string, unknown>>;

export interface GeneratedJob {
  readonly name: string;
  /** Fields of scrape_configs; JSON is YAML. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export class Generator {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  number(most: number): number {
    return Math.floor(this.#random() * most);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.number(list.length)]!;
  }

  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.number(most + 1) }, make);
  }

  #regex(): string {
    return this.pick([
      '(.*)',
      '.*',
      '',
      'a.*',
      '(a|b)(.*)',
      '([a-z]+)[-_:]?(.*)',
      '(?i)PROD.*',
      '(.+);(.*)',
      '[^;]*;?',
      '(?P<first>.)(?P<rest>.*)',
      'env|zone',
      '__meta_.*',
      'l\\d',
      '(.*)_total',
      '\\p{Han}+',
      '(\\d+)?.*',
    ]);
  }

  #replacement(): string {
    return this.pick(['$1', '${1}', '$2', 'x', '', '$1-$2', '${first}_${rest}', '$$1', '$1x', '值$1', '$0', '${9}']);
  }

  #sources(names: readonly string[]): string[] {
    return this.some(3, () => this.pick(names));
  }

  /** A rule over labels of these names; `ordered`: the labels have an order, so that two of them may be mapped to one name. */
  rule(names: readonly string[], drops: number, ordered: boolean): Rule {
    const action = this.chance(drops)
      ? this.pick(['keep', 'drop', 'keepequal', 'dropequal'])
      : this.pick([
          'replace',
          'replace',
          'replace',
          'hashmod',
          'labelmap',
          'labeldrop',
          'labelkeep',
          'lowercase',
          'uppercase',
        ]);
    const target = this.pick([...names.filter((name) => !name.startsWith('__')), 'n1', 'n2', 'n_$1', '${1}']);
    const plain = target.includes('$') ? 'n3' : target;
    const separator = this.chance(0.3) ? { separator: this.pick(['', '-', '::']) } : {};
    const source = { source_labels: this.#sources(names), ...separator };
    const regex = this.#regex();
    switch (action) {
      case 'keep':
        return { action, ...source, regex: this.pick(['.*', '(.*)', 'a.*|.*', '[^!]*']) };
      case 'drop':
        return { action, ...source, regex };
      case 'keepequal':
      case 'dropequal':
        return { action, source_labels: this.#sources(names), target_label: plain };
      case 'hashmod':
        return { action, ...source, target_label: plain, modulus: 1 + this.number(1000) };
      case 'labelmap':
        return !ordered
          ? // Which of a target's labels comes last, Prometheus leaves to chance.
            { action, regex: this.pick(['l(\\d)', '(e.*)', '__meta_(.*)']), replacement: this.pick(['m_$1', '${0}_']) }
          : {
              action,
              regex: this.pick(['l(\\d)', '(e.*)', '__meta_(.*)', regex === '' ? 'x' : regex]),
              replacement: this.pick(['m_$1', 'm', '${0}_']),
            };
      case 'labeldrop':
        return { action, regex: this.pick(['l\\d', 'env', 'nothing', 'e.*']) };
      case 'labelkeep':
        return { action, regex: this.pick(['__.*|job|instance|l\\d|le|quantile', '__.*|[a-m].*']) };
      case 'lowercase':
      case 'uppercase':
        return { action, ...source, target_label: plain };
      default:
        return {
          action: this.chance(0.2) ? 'Replace' : action,
          ...source,
          regex,
          target_label: target,
          replacement: this.#replacement(),
        };
    }
  }

  value(): string {
    return this.pick([
      'a',
      'b',
      'ab-cd',
      'Prod',
      'PRODUCTION',
      'x_y',
      '12',
      'host:9',
      'İstanbul',
      '生产',
      'a b',
      'ß',
      'q"uo\\te',
      'ΑΣ',
    ]);
  }

  labels(names: readonly string[], most: number): Record<string, string> {
    return Object.fromEntries(this.some(most, () => [this.pick(names), this.value()] as const));
  }

  /** A job whose targets all lie at `address`; each has a path of its own. */
  job(index: number, address: string): GeneratedJob {
    const targetNames = [
      'env',
      'zone',
      'l1',
      'l2',
      'E3',
      '__address__',
      '__metrics_path__',
      '__meta_x',
      'job',
      '__param_p',
    ];
    const metricNames = ['__name__', 'env', 'l1', 'l2', 'le', 'path', 'instance', 'job', 'exported_env'];
    const path = (number: number): string => `/m/${index}/${number}`;
    const groups = Array.from({ length: 1 + this.number(3) }, (_, number) => ({
      targets: [address],
      labels: {
        __metrics_path__: path(number),
        // Tells the targets apart whatever the rules do.
        instance: `i-${index}-${number}`,
        ...this.labels(['env', 'zone', 'l1', 'l2', 'E3', '__meta_x', '__meta_yz', '__param_p'], 5),
      },
    }));
    return {
      name: `job-${index}`,
      fields: {
        scrape_interval: '2s',
        ...(this.chance(0.3) ? { honor_labels: true } : {}),
        // One at most: of several Prometheus makes labels in an order that changes from run to run, which a labelmap can show.
        ...(this.chance(0.3) ? { params: this.chance(0.5) ? { p: ['1', '2'] } : { 'q r': ['*~'] } } : {}),
        ...(this.chance(0.2) ? { sample_limit: this.pick([1, 5, 100]) } : {}),
        ...(this.chance(0.15) ? { label_limit: this.pick([3, 6, 20]) } : {}),
        ...(this.chance(0.1) ? { target_limit: this.pick([1, 2]) } : {}),
        ...(this.chance(0.2) ? { extra_scrape_metrics: true } : {}),
        ...(this.chance(0.2) ? { metric_name_validation_scheme: 'legacy' } : {}),
        static_configs: groups,
        relabel_configs: this.some(4, () => this.rule(targetNames, 0.15, false)),
        metric_relabel_configs: this.some(4, () => this.rule(metricNames, 0.25, true)),
      },
    };
  }

  /** An answer: its Content-Type and text. */
  exposition(): { readonly type: string; readonly text: string } {
    const isOpen = this.chance(0.3);
    const lines: string[] = [];
    const families = 1 + this.number(6);
    for (let family = 0; family < families; family++) {
      const name = `${this.pick(['requests', 'temp', 'x:y', 'size_bytes', 'a'])}_${family}`;
      const type = this.pick(['counter', 'gauge', 'histogram', 'summary', isOpen ? 'unknown' : 'untyped']);
      lines.push(`# HELP ${name} a \\\\ ${this.value().replaceAll(/["\\]/g, '')}`, `# TYPE ${name} ${type}`);
      lines.push(...this.#samples(name, type));
    }
    if (this.chance(0.1)) lines.push(this.pick(['{"名.字",env="x"} 1', 'good 1\nbad{ 2', 'dup 1\ndup 2']));
    if (isOpen) lines.push('# EOF');
    const type = isOpen ? 'application/openmetrics-text; version=1.0.0; charset=utf-8' : 'text/plain; version=0.0.4';
    return { type: this.chance(0.05) ? 'text/html' : type, text: `${lines.join('\n')}\n` };
  }

  #samples(name: string, type: string): string[] {
    const escape = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    const series = (suffix: string, labels: Readonly<Record<string, string>>): string => {
      const inner = Object.entries(labels).map(([label, value]) => `${label}="${escape(value)}"`);
      return `${name}${suffix}${inner.length === 0 ? '' : `{${inner.join(',')}}`}`;
    };
    const value = (): string =>
      this.pick(['0', '1', '-2.5', '1e3', '0.1', '+Inf', 'NaN', '12345678901234567890', '3.0']);
    return this.some(4, () => this.labels(['env', 'l1', 'l2', 'path', 'job', 'instance', 'exported_env'], 3)).flatMap(
      (labels) => {
        if (type === 'histogram')
          return [
            ...['0.5', '1', '10.0', '+Inf'].map((le) => `${series('_bucket', { ...labels, le })} ${this.number(100)}`),
            `${series('_sum', labels)} ${value()}`,
            `${series('_count', labels)} 7`,
          ];
        if (type === 'summary')
          return [
            `${series('', { ...labels, quantile: this.pick(['0.5', '0.90', '1']) })} ${value()}`,
            `${series('_count', labels)} 3`,
          ];
        return [`${series(type === 'counter' ? '_total' : '', labels)} ${value()}`];
      },
    );
  }
}
