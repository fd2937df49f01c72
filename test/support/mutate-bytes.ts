// Real bytes, mutated: cut, doubled, mixed with others and with what decoders stumble over.

/** A small generator of random numbers (xorshift): the same seed gives the same run. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** `record` with up to four changes; `spices` are what is put in, `other` what it is glued to. */
export function mutateBytes(
  record: Uint8Array,
  other: Uint8Array,
  spices: readonly Uint8Array[],
  random: (below: number) => number,
): Uint8Array {
  let bytes = record;
  for (let times = random(4); times >= 0; times--) {
    const at = random(bytes.length + 1);
    switch (random(7)) {
      case 0:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + random(6)))]);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), spices[random(spices.length)]!, bytes.subarray(at)]);
        break;
      case 2:
        bytes = Uint8Array.from(bytes);
        if (at < bytes.length) bytes[at] = random(256);
        break;
      case 3:
        bytes = bytes.subarray(0, at);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(random(other.length + 1))]);
        break;
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(bytes.length + 1))]);
        break;
      default:
    }
  }
  return bytes;
}
