import { expect, test } from 'vitest';
import { gpuLimits } from './gpu-words.ts';

const card = { pcieWidth: 16, powerLimitWatts: 300 };

test('a GPU says what makes it slower than its name', () => {
  const limits = gpuLimits({
    ...card,
    pcieWidthNow: 8,
    powerLimitMaxWatts: 400,
    clockMaxMhz: 900,
    throttleReasons: ['power_cap', 'software_thermal'],
  });
  expect(limits).toEqual([
    'up to 900 MHz',
    'in a slot of ×8',
    'power limit lowered from 400 W',
    'held back by its power limit and heat when it was read',
  ]);
});

test('facts from before, and a GPU without limits, say nothing', () => {
  expect(gpuLimits(card)).toEqual([]);
  expect(gpuLimits({ ...card, pcieWidthNow: 16, powerLimitMaxWatts: 300, throttleReasons: [] })).toEqual([]);
  expect(
    gpuLimits({ ...card, pcieWidthNow: null, powerLimitMaxWatts: null, clockMaxMhz: null, throttleReasons: null }),
  ).toEqual([]);
});
