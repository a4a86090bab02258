import { describe, expect, it } from 'vitest';
import { comparablePrices, hardwareOf, priceQuartiles, threadsClass } from './price-quartiles.ts';

describe('price quartiles', () => {
  it('are the values at a quarter, half and three quarters', () => {
    expect(priceQuartiles([5n, 1n, 3n, 2n, 4n])).toEqual({
      count: 5,
      minimumMicros: 1n,
      lowerMicros: 2n,
      medianMicros: 3n,
      upperMicros: 4n,
      maximumMicros: 5n,
    });
  });

  it('lie between neighbours when no value stands there', () => {
    expect(priceQuartiles([1_000_000n, 2_000_000n])).toMatchObject({
      lowerMicros: 1_250_000n,
      medianMicros: 1_500_000n,
      upperMicros: 1_750_000n,
    });
  });

  it('are all the same for one price, and none for nothing', () => {
    expect(priceQuartiles([7n])).toMatchObject({ count: 1, lowerMicros: 7n, medianMicros: 7n, upperMicros: 7n });
    expect(priceQuartiles([])).toBeNull();
  });

  it('sort by value, not by text', () => {
    expect(priceQuartiles([10n, 9n, 100n])).toMatchObject({
      minimumMicros: 9n,
      medianMicros: 10n,
      maximumMicros: 100n,
    });
  });
});

describe('comparable machines', () => {
  const offer = (machineId: string, pricePerHourMicros: bigint, hardware: Partial<ReturnType<typeof hardwareOf>>) => ({
    machineId,
    pricePerHourMicros,
    gpuModel: null,
    gpuCount: 0,
    cpuThreads: 8,
    ...hardware,
  });

  it('with GPUs have the same model, and are compared per GPU', () => {
    const own = { machineId: 'own', gpuModel: 'H200', gpuCount: 2, cpuThreads: 64 };
    const offers = [
      offer('own', 1n, { gpuModel: 'H200', gpuCount: 2 }),
      offer('a', 8_000_000n, { gpuModel: 'H200', gpuCount: 4 }),
      offer('b', 3_000_000n, { gpuModel: 'H200', gpuCount: 1 }),
      offer('c', 5n, { gpuModel: 'L4', gpuCount: 1 }),
    ];
    expect(comparablePrices(own, offers)).toEqual([4_000_000n, 6_000_000n]);
  });

  it('without GPUs have half to double the threads and no GPU either', () => {
    const own = { machineId: 'own', gpuModel: null, gpuCount: 0, cpuThreads: 8 };
    const offers = [
      offer('a', 1n, { cpuThreads: 4 }),
      offer('b', 2n, { cpuThreads: 16 }),
      offer('c', 3n, { cpuThreads: 3 }),
      offer('d', 4n, { cpuThreads: 17 }),
      offer('e', 5n, { gpuModel: 'L4', gpuCount: 1 }),
      offer('f', 6n, { cpuThreads: null }),
    ];
    expect(comparablePrices(own, offers)).toEqual([1n, 2n]);
    expect(threadsClass(1)).toEqual({ min: 1, max: 2 });
  });

  it('are unknown while the own hardware is', () => {
    expect(comparablePrices({ machineId: 'own', ...hardwareOf(null) }, [offer('a', 1n, {})])).toEqual([]);
  });
});
