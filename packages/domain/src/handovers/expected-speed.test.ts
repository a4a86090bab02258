import { describe, expect, it } from 'vitest';
import type { Benchmark, BenchmarkResult } from '../benchmarks/benchmark.ts';
import { benchmarkIdSchema, machineIdSchema } from '../common/ids.ts';
import { instant } from '../common/instant.ts';
import type { MachineFacts } from '../machines/machine-facts.ts';
import { expectedSpeed } from './expected-speed.ts';

const figure = (name: string, median: number) => ({
  name,
  unit: 'squarings/s',
  median,
  minimum: median,
  maximum: median,
  repetitions: 3,
});
const result: BenchmarkResult = {
  tool: 'sysbench',
  toolVersion: '1.0.20',
  methodVersion: 1,
  parameters: { proofPython: '3.13.5' },
  measurements: [figure('proof_one_thread', 150_000), figure('proof_all_threads', 290_000)],
  score: 1_000,
  referenceMachine: 'R1',
};
const cpu = (change: Partial<Benchmark> = {}): Benchmark => ({
  id: benchmarkIdSchema.parse('019a0000-0000-7000-8000-000000000001'),
  machineId: machineIdSchema.parse('019a0000-0000-7000-8000-000000000002'),
  kind: 'cpu',
  origin: 'requested',
  factsFingerprint: 'a',
  status: 'succeeded',
  progressPercent: 100,
  result,
  driftPercent: null,
  rawOutputSha256: null,
  failureReason: null,
  queuedAt: instant(0),
  startedAt: instant(0),
  finishedAt: instant(0),
  ...change,
});
// Of the facts only the fingerprint is read here.
const machine = { facts: { fingerprint: 'a' } as MachineFacts };

describe('the speed that a handover is held against', () => {
  it('is the proof of the newest cpu run on the same facts', () => {
    expect(expectedSpeed(machine, [cpu()])).toEqual({ oneThread: 150_000, allThreads: 290_000, python: '3.13.5' });
    expect(expectedSpeed(machine, [cpu({ factsFingerprint: null })])).toMatchObject({ oneThread: 150_000 });
  });

  it.each<[string, readonly Benchmark[], RegExp]>([
    ['was never measured', [], /never measured/],
    ['was measured on other facts', [cpu({ factsFingerprint: 'b' })], /other hardware/],
    [
      'was measured before there was a proof',
      [cpu({ result: { ...result, measurements: [] } })],
      /without a proof of work/,
    ],
    [
      'had no Python then',
      [
        cpu({
          result: { ...result, measurements: [], parameters: { proofNotMeasured: 'the machine has no python3' } },
        }),
      ],
      /when it was measured the machine has no python3/,
    ],
  ])('is missing, with the reason, when the machine %s', (_name, latest, reason) => {
    expect(expectedSpeed(machine, latest)).toEqual({ missing: expect.stringMatching(reason) as string });
  });
});
