import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { DAY_MS, HOUR_MS, instant, plusMs } from '../../common/instant.ts';
import { completeQuery } from './complete-query.ts';
import { parseQuery } from './parse-query.ts';
import { queryFields } from './query-fields.ts';

const NOW = instant(Date.UTC(2026, 10, 28, 12));
const times = { now: NOW, fromLocal: instant };
const parse = (text: string) => parseQuery(text, times);
const choices = { gpuModels: ['NVIDIA GeForce RTX 4090', 'NVIDIA L4'], regions: ['eu-central, Frankfurt DE'] };

describe('a query', () => {
  test('of the issue means what it says', () => {
    expect(parse('gpu=RTX4090 gpus>=4 price<2.50 region=eu uptime>=99')).toEqual({
      filter: {
        gpuModel: 'RTX4090',
        gpuCountMin: 4,
        pricePerHourMax: 2_499_999n,
        region: 'eu',
        reliabilityPpmMin: 990_000,
      },
      sort: null,
      errors: [],
    });
  });

  test.each([
    ['quiet "big tower"', { text: 'quiet big tower' }],
    ['gpus > 3', { gpuCountMin: 4 }],
    ['gpus=8', { gpuCountMin: 8, gpuCountMax: 8 }],
    ['gpus<2', { gpuCountMax: 1 }],
    ['gpus>=2 gpus>=4 gpus>=3', { gpuCountMin: 4 }],
    ['price>=1 price<=2,5', { pricePerHourMin: 1_000_000n, pricePerHourMax: 2_500_000n }],
    ['gpuprice<=0.000001', { pricePerGpuHourMax: 1n }],
    ['region="Oslo, NO"', { region: 'Oslo, NO' }],
    ['uptime>99.9', { reliabilityPpmMin: 999_001 }],
    ['uptime>=100%', { reliabilityPpmMin: 1_000_000 }],
    ['cuda>=12', { cudaVersionMin: '12.0' }],
    ['disk>=2TB diskkind=NVMe', { diskFreeBytesMin: 2_199_023_255_552, diskKind: 'nvme' }],
    ['ACCESS=container', { accessMode: 'container' }],
    ['gpuscore>=1500 net>200', { gpuScoreMin: 1_500, networkScoreMin: 201 }],
    ['gpu_score>900 gpu_score>=800 network>=1', { gpuScoreMin: 901, networkScoreMin: 1 }],
    ['value>=12.5 score>=0', { pricePerformanceMin: 12.5, cpuScoreMin: 0 }],
    ['free=now/3d', { freeDuring: { start: NOW, end: plusMs(NOW, 3 * DAY_MS) } }],
    [
      'free=2026-12-04T10:00+01:00/36h',
      { freeDuring: { start: Date.UTC(2026, 11, 4, 9), end: Date.UTC(2026, 11, 5, 21) } },
    ],
  ])('%s', (text, filter) => {
    expect(parse(text)).toEqual({ filter, sort: null, errors: [] });
  });

  test('asks for sizes as they are sold', () => {
    // A card of 24 GiB reports 24,564 MiB, a machine of 64 GiB about 62.5 GiB.
    const { vramBytesMin, memoryBytesMin } = parse('vram>=24GB memory>=64').filter;
    expect(vramBytesMin).toBeLessThan(24_564 * 1_048_576);
    expect(memoryBytesMin).toBeLessThan(62.5 * 1_073_741_824);
  });

  test('may name its order', () => {
    expect(parse('sort=value')).toEqual({ filter: {}, sort: 'price_per_score_ascending', errors: [] });
  });

  test('reads local times as the caller says', () => {
    const oslo = { now: NOW, fromLocal: (localMs: number) => instant(localMs - HOUR_MS) };
    const start = parseQuery('free=2026-12-04/1d', oslo).filter.freeDuring?.start;
    expect(start).toBe(Date.UTC(2026, 11, 3, 23));
  });
});

describe('an error', () => {
  test.each([
    ['quiet gpux=4', 6, 4, 'There is no "gpux".'],
    ['gpus>=four', 6, 4, 'Write a whole number from 0 to 64.'],
    ['gpus>=65', 6, 2, 'Write a whole number from 0 to 64.'],
    ['gpus>=', 0, 6, 'A value is missing, such as gpus>=4.'],
    ['>=4', 0, 3, 'A name is missing before >=, such as price>=.'],
    ['vram=24', 0, 7, 'vram is asked for with >= or >, such as vram>=24.'],
    ['price<2.50.1', 6, 6, 'Write an amount such as 2.50.'],
    ['price<0', 0, 7, 'No price meets this and what was said before.'],
    ['gpus>=4 gpus<=2', 8, 7, 'No number of GPUs meets this and what was said before.'],
    ['gpus<0', 0, 6, 'Nothing has fewer than no GPUs.'],
    ['gpus>64', 0, 7, 'No number of GPUs meets this and what was said before.'],
    ['gpu=A100 gpu=H100', 9, 8, 'gpu is said twice. Leave one out.'],
    ['uptime>=101', 8, 3, 'Write a percentage from 0 to 100, such as 99.5.'],
    ['uptime>100', 7, 3, 'Nothing is above 100. Write uptime>=100.'],
    ['region="!"', 7, 3, 'Write at least one letter or digit.'],
    ['diskkind=tape', 9, 4, 'Write one of nvme, ssd, hdd, virtual.'],
    ['sort=__proto__', 5, 9, 'Write one of price, score, value, gpuscore, network, uptime, newest.'],
    ['free=tomorrow', 5, 8, 'Write a start and a length, such as now/3d or 2026-12-04T10:00/36h.'],
    ['free=2026-02-30/1d', 5, 13, 'Write the start as now, 2026-12-04 or 2026-12-04T10:00.'],
    ['free=2026-01-01/1d', 5, 13, 'This start is over. Write a later one, or now.'],
    ['free=2027-05-01/30d', 5, 14, 'Bookings end within 180 days. Write an earlier start or a shorter time.'],
    ['free=now/0h', 5, 6, 'A window is at least a minute and at most 180 days long.'],
    ['x-y>=3', 0, 6, '"x-y>=3" is not understood.'],
    ['x'.repeat(101), 0, 101, 'Write at most 100 characters of text beside the terms.'],
    ['x'.repeat(501), 500, 1, 'Write at most 500 characters.'],
  ])('in “%s” stands at %i, %i long', (text, position, length, message) => {
    const { errors } = parse(text);
    expect(errors.map((error) => [error.position, error.length])).toEqual([[position, length]]);
    expect(errors[0]?.message).toContain(message);
  });

  test('leaves the rest of the query as it is', () => {
    const { errors, filter } = parse('gpus>=4 colour=red price<=1');
    expect(errors).toHaveLength(1);
    expect(filter).toEqual({ gpuCountMin: 4, pricePerHourMax: 1_000_000n });
  });
});

describe('a completion', () => {
  const insertsAt = (text: string, caret = text.length) =>
    completeQuery(text, caret, choices).options.map(({ insert }) => insert);

  test.each([
    ['', ['gpu=', 'gpus>=', 'vram>=', 'cuda>=', 'threads>=', 'memory>=', 'disk>=', 'diskkind=']],
    ['quiet pr', ['price>=']],
    ['diskkind=', ['nvme', 'ssd', 'hdd', 'virtual']],
    ['diskkind=n', ['nvme']],
    ['gpu=409', ['"NVIDIA GeForce RTX 4090"']],
    ['gpu = ', ['"NVIDIA GeForce RTX 4090"', '"NVIDIA L4"']],
    ['region=eu', ['"eu-central, Frankfurt DE"']],
    ['colour=', []],
    ['zzz', []],
  ])('of “%s” offers %j', (text, inserts) => {
    expect(insertsAt(text)).toEqual(inserts);
  });

  test('replaces what was begun and nothing else', () => {
    expect(completeQuery('pri gpus>=4', 3, choices)).toMatchObject({ position: 0, length: 3 });
    expect(completeQuery('gpu="NVIDIA L', 13, choices)).toMatchObject({ position: 4, length: 9 });
  });
});

test('every example is understood, and every name leads to one field', () => {
  for (const { example, operators } of queryFields) {
    expect(parse(example).errors, example).toEqual([]);
    expect(operators.some((operator) => example.includes(operator))).toBe(true);
  }
  const names = queryFields.flatMap((field) => field.names);
  expect(new Set(names).size).toBe(names.length);
});

describe('whatever is typed', () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      ...queryFields.flatMap(({ names }) => names),
      '>=',
      '<=',
      '=',
      '<',
      '>',
      '"',
      ' ',
      '/',
      'now/3d',
      '\u0000',
    ),
    fc.constantFrom(
      "'; DROP TABLE listings; --",
      '%_\\',
      '$1',
      '?',
      '(.*)+$',
      '\ud800',
      '۴',
      '-1',
      '1e9',
      '9'.repeat(40),
      '__proto__',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const typed = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));

  test('is answered, and every error has a place within it', () => {
    fc.assert(
      fc.property(fc.oneof(typed, fc.string({ unit: 'binary', maxLength: 600 })), (text) => {
        const { errors, filter } = parse(text);
        let before = 0;
        for (const { length, message, position } of errors) {
          expect(position).toBeGreaterThanOrEqual(before);
          expect(length).toBeGreaterThan(0);
          expect(position + length).toBeLessThanOrEqual(text.length);
          expect(message).toMatch(/\.$/);
          before = position;
        }
        for (const value of [filter.text, filter.gpuModel, filter.region]) {
          if (value !== undefined) expect(text).toContain(value.split(' ')[0]);
        }
      }),
    );
  });

  test('can be completed anywhere, within itself', () => {
    fc.assert(
      fc.property(typed, fc.integer({ min: -5, max: 700 }), (text, caret) => {
        const { length, options, position } = completeQuery(text, caret, choices);
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position + length).toBeLessThanOrEqual(text.length);
        expect(options.length).toBeLessThanOrEqual(8);
      }),
    );
  });
});
