import { listingSearch } from '@rsm/api/schemas/listings';
import { describe, expect, test } from 'vitest';
import {
  activeFilters,
  draftOf,
  filterOf,
  freeWindowOf,
  sameSearch,
  searchOf,
  withoutFields,
  type MarketSearch,
} from './market-search.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12, 3, 20);

const FULL: MarketSearch = {
  q: 'quiet',
  gpuModel: 'A100',
  gpuCountMin: 2,
  vramGibMin: 40,
  cudaVersionMin: '12.4',
  cpuThreadsMin: 16,
  memoryGibMin: 64,
  diskGibMin: 500,
  diskKind: 'nvme',
  region: 'Frankfurt',
  priceMax: '2.50',
  pricePerGpuHourMax: '1.25',
  pricePerScoreMax: '2',
  cpuScoreMin: 900,
  storageScoreMin: 700,
  gpuScoreMin: 1_200,
  networkScoreMin: 300,
  accessMode: 'unix_user',
  reliabilityMin: 98.5,
  freeFrom: '2026-11-23T08:00:00.000Z',
  freeHours: 4,
};

describe('what is typed and what stands in the address', () => {
  test('every filter survives the way into the fields and back', () => {
    const { search, errors } = searchOf(draftOf(FULL));
    expect(errors).toEqual({});
    expect(search).toEqual(FULL);
    expect(sameSearch(search, FULL)).toBe(true);
  });

  test('an empty form asks for nothing', () => {
    expect(filterOf(searchOf(draftOf({})).search, NOW_MS)).toEqual({});
  });

  test('a comma is taken as the decimal point', () => {
    const { search } = searchOf({ ...draftOf({}), priceMax: '1,5', vramGibMin: '23,5' });
    expect(search).toMatchObject({ priceMax: '1.5', vramGibMin: 23.5 });
  });

  test.each([
    ['gpuCountMin', '1.5', 'Enter a whole number above 0, at most 64.'],
    ['gpuCountMin', '65', 'Enter a whole number above 0, at most 64.'],
    ['cpuThreadsMin', '-1', 'Enter a whole number above 0, at most 100 000.'],
    ['memoryGibMin', 'much', 'Enter a number above 0, at most 1 000 000.'],
    ['priceMax', '1.2345678', 'Enter an amount such as 1.50.'],
    ['pricePerGpuHourMax', '-2', 'Enter an amount such as 1.50.'],
    ['reliabilityMin', '101', 'Enter a number above 0, at most 100.'],
    ['cudaVersionMin', 'twelve', 'Enter a version such as 12.4.'],
    ['q', 'x'.repeat(501), 'At most 500 characters.'],
  ] as const)('%s “%s” filters nothing and says why', (field, typed, sentence) => {
    const { search, errors } = searchOf({ ...draftOf({}), [field]: typed });
    expect(errors).toEqual({ [field]: sentence });
    expect(search[field]).toBeUndefined();
  });
});

describe('what the API is asked', () => {
  test('sizes become bytes, with room for what firmware and kernel keep', () => {
    const filter = filterOf({ vramGibMin: 24, memoryGibMin: 64, diskGibMin: 100 }, NOW_MS);
    // A card of 24 GiB reports 24,564 MiB, a machine of 64 GiB about 62.5 GiB.
    expect(filter.vramBytesMin).toBeLessThanOrEqual(24_564 * 1_048_576);
    expect(filter.memoryBytesMin).toBeLessThanOrEqual(62.5 * 1_073_741_824);
    expect(filter.memoryBytesMin).toBeGreaterThan(60 * 1_073_741_824);
    expect(filter.diskFreeBytesMin).toBe(100 * 1_073_741_824);
  });

  test('every filter reaches the API, in its own words, and the API takes it', () => {
    const filter = filterOf(FULL, NOW_MS);
    expect(filter).toMatchObject({
      text: 'quiet',
      gpuModel: 'A100',
      gpuCountMin: 2,
      cudaVersionMin: '12.4',
      cpuThreadsMin: 16,
      diskKind: 'nvme',
      region: 'Frankfurt',
      pricePerHourMax: '2.50',
      pricePerGpuHourMax: '1.25',
      cpuScoreMin: 900,
      storageScoreMin: 700,
      gpuScoreMin: 1_200,
      networkScoreMin: 300,
      accessMode: 'unix_user',
      reliabilityPpmMin: 985_000,
    });
    // At most 2 an hour for 1000 points means at least 500 points for 1 an hour.
    expect(filter.pricePerformanceMin).toBe(500);
    expect(listingSearch.safeParse({ filter }).error).toBeUndefined();
  });

  test('terms of the query count before the fields, exactly, and the API takes them', () => {
    const q = 'quiet gpu=H100 price<=0.1 price>=0.000001 gpuprice<=12 free=2026-12-04T10:00Z/1d vram>=80';
    const filter = filterOf({ ...FULL, q }, NOW_MS);
    expect(filter).toMatchObject({
      text: 'quiet',
      gpuModel: 'H100',
      pricePerHourMin: '0.000001',
      pricePerHourMax: '0.100000',
      pricePerGpuHourMax: '12.000000',
      freeDuring: { start: new Date('2026-12-04T10:00:00Z'), end: new Date('2026-12-05T10:00:00Z') },
      region: 'Frankfurt',
    });
    expect(filter.vramBytesMin).toBe(filterOf({ vramGibMin: 80 }, NOW_MS).vramBytesMin);
    expect(listingSearch.safeParse({ filter }).error).toBeUndefined();
  });

  test('a window without a start begins now, in steps of five minutes', () => {
    expect(freeWindowOf({ freeHours: 2 }, NOW_MS)).toEqual({
      start: new Date('2026-11-22T12:00:00.000Z'),
      end: new Date('2026-11-22T14:00:00.000Z'),
    });
  });

  test('a window that began earlier is looked for from now on', () => {
    expect(freeWindowOf({ freeFrom: '2026-11-20T08:00:00.000Z', freeHours: 1 }, NOW_MS)?.start).toEqual(
      new Date('2026-11-22T12:00:00.000Z'),
    );
  });

  test('a start without a length means an hour', () => {
    expect(freeWindowOf({ freeFrom: '2026-11-23T08:00:00.000Z' }, NOW_MS)?.end).toEqual(
      new Date('2026-11-23T09:00:00.000Z'),
    );
  });
});

describe('what narrows the result down', () => {
  const words = {
    accessMode: () => 'Account',
    diskKind: () => 'NVMe disk',
    money: (amount: string) => `€${amount}`,
    time: () => 'tomorrow',
  };

  test('each filter is named, the window once', () => {
    const active = activeFilters(FULL, words);
    expect(active).toHaveLength(20);
    expect(active.map(({ label }) => label)).toContain('free from tomorrow for 4 h');
    expect(active.map(({ label }) => label)).toContain('up to €1.25 per GPU-hour');
  });

  test('taking every active filter away leaves an empty search', () => {
    const rest = activeFilters(FULL, words).reduce((search, { fields }) => withoutFields(search, fields), FULL);
    expect(rest).toEqual({});
  });
});
