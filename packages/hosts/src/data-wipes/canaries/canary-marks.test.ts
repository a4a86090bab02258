import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canaryPlaces } from '@rsm/domain/data-wipes/canary';
import { canaryMarksOf } from './canary-marks.ts';

const SEED = '0123456789abcdef'.repeat(4);

describe('the markers of a seed', () => {
  test('are one per place, the same every time, and no two alike', () => {
    const marks = canaryMarksOf(SEED);
    expect(marks.map(({ place }) => place)).toEqual(canaryPlaces);
    expect(canaryMarksOf(SEED)).toEqual(marks);
    const texts = marks.flatMap(({ name, content }) => [name, content]);
    for (const text of texts) expect(text).toMatch(/^[0-9a-f]{24}$|^[0-9a-f]{64}$/);
    const others = canaryMarksOf(SEED.replace('0', '1')).flatMap(({ name, content }) => [name, content]);
    expect(new Set([...texts, ...others]).size).toBe(texts.length * 2);
  });

  // A booking's markers are derived when they are planted and again days later, by whatever version then runs.
  test('never change from one version to the next', () => {
    const key = Buffer.from(SEED, 'hex');
    expect(canaryMarksOf(SEED)[0]).toEqual({
      place: 'home',
      name: createHmac('sha256', key).update('rsm canary name home').digest('hex').slice(0, 24),
      content: createHmac('sha256', key).update('rsm canary content home').digest('hex'),
    });
  });

  test.each(['', 'ab', 'g'.repeat(64), `${SEED}0`])('are not made of %j', (seed) => {
    expect(() => canaryMarksOf(seed)).toThrow(TypeError);
  });
});
