import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import { expect, test } from 'vitest';
import { scoreHistory } from './score-history.ts';

const run = (change: {
  readonly kind?: 'cpu' | 'storage';
  readonly day: number;
  readonly score: number | null;
  readonly methodVersion?: number;
}): BenchmarkRead => {
  const at = new Date(Date.UTC(2026, 10, change.day));
  return {
    id: '01a200c1-fc6e-7768-a8d3-563c37638779',
    machineId: '01a200c1-f875-777e-97db-e681de1b5233',
    kind: change.kind ?? 'cpu',
    origin: 'requested',
    driftPercent: null,
    status: change.score === null ? 'failed' : 'succeeded',
    progressPercent: 100,
    result:
      change.score === null
        ? null
        : {
            tool: 'sysbench',
            toolVersion: '1.0.20',
            methodVersion: change.methodVersion ?? 1,
            parameters: {},
            measurements: [],
            score: change.score,
            referenceMachine: 'R1',
          },
    rawOutputSha256: null,
    failureReason: null,
    queuedAt: at,
    startedAt: at,
    finishedAt: at,
  };
};

test('the scores of one kind are in the order in which they were measured', () => {
  const { points } = scoreHistory(
    [run({ day: 3, score: 30 }), run({ day: 1, score: 10 }), run({ kind: 'storage', day: 2, score: 20 })],
    'cpu',
  );
  expect(points.map(({ score }) => score)).toEqual([10, 30]);
});

test('failed runs have no score', () => {
  expect(scoreHistory([run({ day: 1, score: null })], 'cpu')).toEqual({ points: [], otherMethods: 0 });
});

test('scores of an older method are counted, but not drawn beside those of the newest', () => {
  const history = scoreHistory(
    [run({ day: 1, score: 10, methodVersion: 1 }), run({ day: 2, score: 900, methodVersion: 2 })],
    'cpu',
  );
  expect(history.points.map(({ score }) => score)).toEqual([900]);
  expect(history.otherMethods).toBe(1);
});
