// Makes a screenshot small: 24-bit PNG in, 256-colour PNG out (median cut over the colours in use; PNG specification, third edition).
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const COLORS = 256;

interface Box {
  /** [red, green, blue, count, packed] */
  readonly colors: readonly (readonly [number, number, number, number, number])[];
}

function readChunks(png: Buffer): Map<string, Buffer[]> {
  const chunks = new Map<string, Buffer[]>();
  for (let at = SIGNATURE.length; at < png.length;) {
    const size = png.readUInt32BE(at);
    const name = png.toString('latin1', at + 4, at + 8);
    chunks.set(name, [...(chunks.get(name) ?? []), png.subarray(at + 8, at + 8 + size)]);
    at += size + 12;
  }
  return chunks;
}

function writeChunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}

/** Undoes the filters of the rows, in place; returns the pixels without the filter bytes. */
function unfilter(raw: Buffer, width: number, height: number, step: number): Buffer {
  const stride = width * step;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const kind = raw[y * (stride + 1)]!;
    for (let x = 0; x < stride; x++) {
      const left = x < step ? 0 : pixels[y * stride + x - step]!;
      const up = y === 0 ? 0 : pixels[(y - 1) * stride + x]!;
      const corner = y === 0 || x < step ? 0 : pixels[(y - 1) * stride + x - step]!;
      const guess = left + up - corner;
      const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      const paeth = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
      const predicted = [0, left, up, (left + up) >> 1, paeth][kind] ?? 0;
      pixels[y * stride + x] = raw[y * (stride + 1) + 1 + x]! + predicted;
    }
  }
  return pixels;
}

const spread = (box: Box, channel: 0 | 1 | 2): number => {
  const values = box.colors.map((color) => color[channel]);
  return Math.max(...values) - Math.min(...values);
};

/** Splits the colours in use into at most 256 boxes, the most spread and most used ones first. */
function medianCut(colors: Box['colors']): Box[] {
  const boxes: Box[] = [{ colors }];
  while (boxes.length < COLORS) {
    const weights = boxes.map((box) => {
      const used = box.colors.reduce((sum, color) => sum + color[3], 0);
      return box.colors.length < 2 ? 0 : Math.sqrt(used) * Math.max(spread(box, 0), spread(box, 1), spread(box, 2));
    });
    const chosen = weights.indexOf(Math.max(...weights));
    const box = boxes[chosen];
    if (box === undefined || weights[chosen] === 0) break;
    const channel = ([0, 1, 2] as const).toSorted((one, other) => spread(box, other) - spread(box, one))[0]!;
    const sorted = box.colors.toSorted((one, other) => one[channel] - other[channel]);
    const half = sorted.reduce((sum, color) => sum + color[3], 0) / 2;
    let at = 0;
    for (let sum = 0; at < sorted.length - 1 && (at === 0 || sum + sorted[at]![3] <= half); at++) sum += sorted[at]![3];
    boxes.splice(chosen, 1, { colors: sorted.slice(0, at) }, { colors: sorted.slice(at) });
  }
  return boxes;
}

/** `png` must be 8 bits a channel, RGB or RGBA (opaque), not interlaced: what Chromium writes. */
export function shrinkPng(png: Buffer): Buffer {
  const chunks = readChunks(png);
  const header = chunks.get('IHDR')![0]!;
  const [width, height, step] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3];
  const pixels = unfilter(inflateSync(Buffer.concat(chunks.get('IDAT')!)), width, height, step);
  const counts = new Map<number, number>();
  const packedAt = (at: number): number => (pixels[at]! << 16) | (pixels[at + 1]! << 8) | pixels[at + 2]!;
  for (let at = 0; at < pixels.length; at += step) counts.set(packedAt(at), (counts.get(packedAt(at)) ?? 0) + 1);
  const boxes = medianCut(
    [...counts].map(([color, count]) => [color >> 16, (color >> 8) & 255, color & 255, count, color]),
  );
  const palette = Buffer.alloc(boxes.length * 3);
  const indexOf = new Map<number, number>();
  boxes.forEach((box, index) => {
    const used = box.colors.reduce((sum, color) => sum + color[3], 0);
    for (const channel of [0, 1, 2] as const) {
      palette[index * 3 + channel] = Math.round(
        box.colors.reduce((sum, color) => sum + color[channel] * color[3], 0) / used,
      );
    }
    for (const color of box.colors) indexOf.set(color[4], index);
  });
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf.get(packedAt((y * width + x) * step))!;
  }
  const indexed = Buffer.from(header);
  indexed[9] = 3;
  return Buffer.concat([
    SIGNATURE,
    writeChunk('IHDR', indexed),
    writeChunk('PLTE', palette),
    writeChunk('IDAT', deflateSync(rows, { level: 9 })),
    writeChunk('IEND', Buffer.alloc(0)),
  ]);
}
