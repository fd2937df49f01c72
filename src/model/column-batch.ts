// A batch of rows as a class whose every property is a column. One row is complete when every column has it: a decoder writes all
// columns of a row, then counts it with `closeRow`; `truncate` cuts back to whole rows whatever a broken row left behind.

interface BatchColumn {
  readonly bytes: number;
  truncate(rows: number): void;
  clear(): void;
  append(other: this, from: number, to: number): void;
}

export abstract class ColumnBatch {
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  /** Size of the contents in memory. */
  get bytes(): number {
    let sum = 0;
    for (const column of Object.values(this) as BatchColumn[]) sum += column.bytes;
    return sum;
  }

  /** Counts the row that was just written to every column. */
  closeRow(): void {
    this.#rows++;
  }

  /** The same for `count` rows at once. */
  closeRows(count: number): void {
    this.#rows += count;
  }

  /** Forgets all rows from `rows` on, and what was written of a row that is not closed. */
  truncate(rows: number): void {
    this.#rows = rows;
    for (const column of Object.values(this) as BatchColumn[]) column.truncate(rows);
  }

  clear(): void {
    this.#rows = 0;
    for (const column of Object.values(this) as BatchColumn[]) column.clear();
  }

  /** Appends rows [from, to) of `other`. */
  append(other: this, from = 0, to: number = other.rows): void {
    const mine = Object.values(this) as BatchColumn[];
    const theirs = Object.values(other) as BatchColumn[];
    mine.forEach((column, index) => column.append(theirs[index]!, from, to));
    this.#rows += to - from;
  }
}
