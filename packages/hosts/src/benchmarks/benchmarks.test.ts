import { createHash } from 'node:crypto';
import { RAW_OUTPUT_BYTES_MAX } from '@rsm/domain/benchmarks/benchmark';
import { describe, expect, it } from 'vitest';
import { parseEventsPerSecond } from './cpu-benchmark.ts';
import { measurementOf, scoreOf } from './measurement.ts';
import { RawOutput } from './raw-output.ts';
import { parseFio } from './storage-benchmark.ts';
import { SYSBENCH_CPU } from './sysbench.fixture.ts';

const fio = (error: number, iops: number) =>
  `note: both iodepth >= 1 and synchronous I/O engine are selected\n${JSON.stringify({ 'fio version': 'fio-3.33', jobs: [{ error, read: { iops, bw_bytes: iops * 4096 }, write: { iops: 0, bw_bytes: 0 } }] })}`;

describe('reading a tool’s output', () => {
  it('reads what sysbench printed on a lab host', () => {
    expect(parseEventsPerSecond(SYSBENCH_CPU)).toBe(1526.38);
  });

  it.each(['', 'events per second: many', 'events per second:     0.00\n', 'FATAL: unknown option'])(
    'makes up no figure for %j',
    (output) => {
      expect(() => parseEventsPerSecond(output)).toThrow(/events per second/);
    },
  );

  it('reads fio’s JSON behind its notes', () => {
    expect(parseFio(fio(0, 1234.5), 'read', 'IOPS')).toBe(1234.5);
    expect(parseFio(fio(0, 1000), 'read', 'MB/s')).toBe(4.096);
  });

  it.each([
    ['an error', fio(28, 100)],
    ['nothing at all', ''],
    ['another shape', '{"jobs":[]}'],
    ['broken JSON', '{"jobs":['],
  ])('makes up no figure for %s', (_case, output) => {
    expect(() => parseFio(output, 'read', 'IOPS')).toThrow(/no result/);
  });

  it('takes no zero for a measurement', () => {
    expect(() => parseFio(fio(0, 100), 'write', 'IOPS')).toThrow(/no writes at all/);
  });
});

describe('a measurement', () => {
  it('is the median of its runs, with the spread', () => {
    expect(measurementOf('x', 'IOPS', [30, 10, 20])).toEqual({
      name: 'x',
      unit: 'IOPS',
      median: 20,
      minimum: 10,
      maximum: 30,
      repetitions: 3,
    });
    expect(measurementOf('x', 'IOPS', [10, 20])).toMatchObject({ median: 15 });
    expect(() => measurementOf('x', 'IOPS', [])).toThrow(RangeError);
  });
});

describe('a score', () => {
  const measured = (one: number, all: number) => [measurementOf('one', 'x', [one]), measurementOf('all', 'x', [all])];
  const reference = { one: 100, all: 1_000 };

  it('is 1000 for the reference machine and doubles with the speed', () => {
    expect(scoreOf(measured(100, 1_000), reference)).toBe(1_000);
    expect(scoreOf(measured(200, 2_000), reference)).toBe(2_000);
  });

  it('weighs each figure alike, whatever its size', () => {
    expect(scoreOf(measured(400, 1_000), reference)).toBe(2_000);
    expect(scoreOf(measured(100, 4_000), reference)).toBe(2_000);
  });

  it('needs every figure of the reference', () => {
    expect(() => scoreOf(measured(1, 1).slice(1), reference)).toThrow(/“one” was not measured/);
  });
});

describe('raw output', () => {
  it('keeps what the tools printed, with its hash', () => {
    const raw = new RawOutput();
    raw.add('first', 'a\n');
    raw.add('second', 'b');
    const { rawOutput, rawOutputSha256 } = raw.finish();
    expect(rawOutput).toBe('# first\na\n\n# second\nb\n\n');
    expect(rawOutputSha256).toBe(createHash('sha256').update(rawOutput).digest('hex'));
  });

  it('is cut at its limit, and says so', () => {
    const raw = new RawOutput();
    raw.add('long', 'ä'.repeat(RAW_OUTPUT_BYTES_MAX));
    const { rawOutput } = raw.finish();
    expect(Buffer.byteLength(rawOutput)).toBeLessThanOrEqual(RAW_OUTPUT_BYTES_MAX);
    expect(rawOutput).toMatch(/\n\[cut here: .*\]\n$/);
    expect(rawOutput).not.toContain('\uFFFD');
  });
});
