// A row's place as text: the id of a row, and the cursor that a page ends with.
import { codedError } from '../../base/coded-error.ts';
import type { RowPosition } from '../../storage/ports/plan.ts';
import { serverErrors } from '../errors.ts';

export function writeRowId({ time, ingester, sequence }: RowPosition): string {
  return `${time}.${ingester}.${sequence}`;
}

export function readRowId(text: string): RowPosition {
  const match = /^(-?\d{1,19})\.(\d{1,10})\.(\d{1,19})$/.exec(text);
  if (match === null) throw codedError(serverErrors, 'CURSOR_INVALID', text);
  return { time: BigInt(match[1]!), ingester: Number(match[2]), sequence: BigInt(match[3]!) };
}
