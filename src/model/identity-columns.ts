// Who sent it (resources) and where it came in (streams): stored once a day and block, referred to by fingerprint.
import { ColumnBatch } from './column-batch.ts';
import { DictionaryColumn, FixedColumn, Int64Column, MapColumn, StringColumn, Uint8Column } from './columns.ts';

abstract class IdentityColumns extends ColumnBatch {
  readonly fingerprint = new Int64Column();
  /** Days since 1970-01-01, two bytes: the partition of the rows that refer to it. */
  readonly day = new FixedColumn(2);
  readonly retention = new Uint8Column();
  readonly labels = new MapColumn(new StringColumn());
  #seen = new Set<string>();

  /** Whether this identity still has to be written for `day`; asking marks it as written. */
  isNew(fingerprint: bigint, day: number, retention = 0): boolean {
    const key = `${fingerprint}/${day}/${retention}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  protected pushIdentity(
    fingerprint: bigint,
    day: number,
    retention: number,
    labels: Iterable<readonly [string, string]>,
  ): void {
    this.fingerprint.push(fingerprint);
    this.day.pushBytes(Uint8Array.of(day & 0xff, day >> 8), 0);
    this.retention.push(retention);
    for (const [name, value] of labels) {
      this.labels.keys.push(name);
      this.labels.values.push(value);
    }
    this.labels.closeRow();
  }

  override truncate(rows: number): void {
    // What was cut off, or asked for and never written, has to be written when it comes again; writing one twice does no harm.
    this.#seen.clear();
    super.truncate(rows);
  }

  override clear(): void {
    super.clear();
    this.#seen.clear();
  }
}

export class ResourceColumns extends IdentityColumns {
  readonly service = new DictionaryColumn();
  /** '' or a JSON object with the attributes that are no strings, in their own types. */
  readonly json = new StringColumn();

  /** `labels` holds every attribute as text; `json` those that are no strings. */
  push(
    fingerprint: bigint,
    day: number,
    retention: number,
    service: string,
    labels: Iterable<readonly [string, string]>,
    json = '',
  ): void {
    this.pushIdentity(fingerprint, day, retention, labels);
    this.service.push(service);
    this.json.push(json);
    this.closeRow();
  }
}

export class StreamColumns extends IdentityColumns {
  push(fingerprint: bigint, day: number, retention: number, labels: Iterable<readonly [string, string]>): void {
    this.pushIdentity(fingerprint, day, retention, labels);
    this.closeRow();
  }
}
