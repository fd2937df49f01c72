import { expect, test } from 'vitest';
import { FeedBatch } from './feed-batch.ts';
import { HotHead } from './hot-head.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';

function feed(head: HotHead, ...frames: readonly number[]): void {
  const batch = new FeedBatch();
  for (const frame of frames) batch.add(frame, new TelemetryBlock().series, 0, 0);
  const { head: described, pieces } = batch.take();
  head.feed(described, Buffer.concat(pieces));
}

test('a block is known when all its frames were fed without a gap', () => {
  const head = new HotHead(1000);
  expect(head.hasFrames(1, 1)).toBe(false);
  feed(head, 1, 2, 3);
  feed(head, 4);
  expect([head.hasFrames(1, 4), head.hasFrames(2, 3), head.hasFrames(3, 5)]).toEqual([true, true, false]);
  // Frame 5 was not told of.
  feed(head, 6, 7);
  expect([head.hasFrames(1, 4), head.hasFrames(4, 6), head.hasFrames(6, 7)]).toEqual([false, false, true]);
});

test('a frame with samples of series that the head does not know is taken from its block', () => {
  const head = new HotHead(1000);
  const block = new TelemetryBlock();
  block.series.push('hits', 1n, 0, []);
  block.samples.push(block.samples.metric.indexOf('hits'), 1n, 1000, 1);
  const tell = (frame: number, series: number): void => {
    const batch = new FeedBatch();
    batch.add(frame, block.series, 0, series);
    batch.addSamples(block.samples, 0, 1);
    const { head: described, pieces } = batch.take();
    head.feed(described, Buffer.concat(pieces));
  };
  tell(1, 0);
  expect(head.hasFrames(1, 1)).toBe(false);
  tell(2, 1);
  tell(3, 0);
  expect([head.hasFrames(1, 3), head.hasFrames(2, 3)]).toEqual([false, true]);
});
