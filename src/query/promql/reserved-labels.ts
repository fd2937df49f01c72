// The labels that say what a series is called and measures; they go when an operation changes its meaning.
import { Labels, METRIC_NAME, type LabelSource } from '../../model/labels.ts';

const reserved: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

/** Others than the name. */
const measures = [...reserved].filter((name) => name !== METRIC_NAME);

class WithoutReserved implements LabelSource {
  readonly #source: LabelSource;

  constructor(source: LabelSource) {
    this.#source = source;
  }

  get labels(): Labels {
    return dropReserved(this.#source.labels);
  }

  get(name: string): string {
    return reserved.has(name) ? '' : this.#source.get(name);
  }
}

/** The same for labels that are made when they are asked for. */
export function dropReservedOf(source: LabelSource): LabelSource {
  return source instanceof Labels ? dropReserved(source) : new WithoutReserved(source);
}

/** Whether `dropReserved` takes more than the name. */
export const saysMeasure = (source: LabelSource): boolean => measures.some((name) => source.get(name) !== '');

/** `labels` without metric name, type and unit. */
export function dropReserved(labels: Labels): Labels {
  return labels.without(reserved);
}
