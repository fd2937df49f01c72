// Remarks beside a result: warnings, and infos about what may not be meant. The same remark is kept once, with its last place.
import { showPosition, type Range } from './position.ts';

/** One kind of remark: `merge` folds an earlier one with the same text into this one. */
export interface Annotation {
  readonly level: 'warning' | 'info';
  /** The text without its place; remarks with equal texts are one. */
  readonly text: string;
  readonly range: Range;
  /** What stands between the text and the place, and grows by merging. */
  readonly detail?: AnnotationDetail;
}

export interface AnnotationDetail {
  merge(earlier: AnnotationDetail): AnnotationDetail;
  show(): string;
}

/** The remarks of one query. */
export class Annotations {
  /** By level and text. */
  readonly #kept = { warning: new Map<string, Annotation>(), info: new Map<string, Annotation>() };

  add(annotation: Annotation): void {
    const { level, text, detail } = annotation;
    const byText = this.#kept[level];
    const earlier = byText.get(text)?.detail;
    byText.set(
      text,
      earlier === undefined || detail === undefined ? annotation : { ...annotation, detail: detail.merge(earlier) },
    );
  }

  warn(text: string, range: Range): void {
    this.add({ level: 'warning', text, range });
  }

  inform(text: string, range: Range): void {
    this.add({ level: 'info', text, range });
  }

  /** All remarks of one level as Prometheus words them, with their places in `query`. */
  show(level: 'warning' | 'info', query: string): string[] {
    const shown: string[] = [];
    for (const { text, range, detail } of this.#kept[level].values())
      shown.push(`PromQL ${level}: ${text}${detail?.show() ?? ''} (${showPosition(query, range.start)})`);
    return shown;
  }
}

/** ` for metric name "x"`, or nothing. */
export const forMetric = (name: string): string => (name === '' ? '' : ` for metric name ${JSON.stringify(name)}`);
