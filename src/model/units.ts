// Units as types, so that milliseconds never land where nanoseconds are meant.

declare const unit: unique symbol;
type Brand<T, Name extends string> = T & { readonly [unit]: Name };

/** Nanoseconds since 1970-01-01T00:00:00Z, signed. */
export type UnixNanos = Brand<bigint, 'UnixNanos'>;
/** Milliseconds since 1970-01-01T00:00:00Z, signed. */
export type UnixMillis = Brand<number, 'UnixMillis'>;

export function nanosFromMillis(millis: number): UnixNanos {
  return (BigInt(Math.trunc(millis)) * 1_000_000n) as UnixNanos;
}

export function millisFromNanos(nanos: bigint): UnixMillis {
  return Number(nanos / 1_000_000n) as UnixMillis;
}
