import { createHash } from 'node:crypto';
import { benchmarkResultSchema } from '@rsm/domain/benchmarks/benchmark';
import { describe, expect, it, vi } from 'vitest';
import { anyMachine } from '../test-support/any-machine.ts';
import { scriptedSession } from '../test-support/scripted-session.ts';
import { createMemoryBenchmark } from './memory-benchmark.ts';
import { parseMemoryRate } from './parse-sysbench-memory.ts';
import {
  SYSBENCH_MEMORY_READ_ONE_THREAD,
  SYSBENCH_MEMORY_REFUSED,
  SYSBENCH_MEMORY_WRITE_TWO_THREADS,
} from './sysbench-1.0.20-memory.fixture.ts';

const readOne = { operation: 'read', threads: 1, blockMib: 128 } as const;
const writeTwo = { operation: 'write', threads: 2, blockMib: 128 } as const;

describe('reading what sysbench memory printed', () => {
  it('reads its rate in GB/s', () => {
    // 9565.87 and 16856.33 MiB/s.
    expect(parseMemoryRate(SYSBENCH_MEMORY_READ_ONE_THREAD, readOne)).toBeCloseTo(10.0305, 4);
    expect(parseMemoryRate(SYSBENCH_MEMORY_WRITE_TWO_THREADS, writeTwo)).toBeCloseTo(17.6751, 4);
  });

  const changed = (from: string | RegExp, to: string) => SYSBENCH_MEMORY_READ_ONE_THREAD.replace(from, to);
  const withRate = (transferred: string, rate: string, seconds: string) =>
    changed('16384.00 MiB transferred (9565.87 MiB/sec)', `${transferred} MiB transferred (${rate} MiB/sec)`).replace(
      '1.7117s',
      `${seconds}s`,
    );
  it('takes a short run whose two clocks were read a moment apart', () => {
    // 4096 MiB at 9565.87 MiB/s are 0.4282 s.
    expect(parseMemoryRate(withRate('4096.00', '9565.87', '0.4680'), readOne)).toBeCloseTo(10.0305, 4);
    expect(() => parseMemoryRate(withRate('4096.00', '9565.87', '0.4800'), readOne)).toThrow(/divided by its time/);
  });

  it.each([
    ['nothing', '', /named no number of threads/],
    ['nonsense', 'command not found\n', /named no number of threads/],
    ['a refusal', SYSBENCH_MEMORY_REFUSED, /named no number of threads/],
    ['output cut before the rate', SYSBENCH_MEMORY_READ_ONE_THREAD.slice(0, 420), /printed no rate/],
    ['output cut before its time', changed(/General statistics[\s\S]*/, ''), /printed no rate/],
    ['output cut within the rate', changed(/9565\.87 MiB\/sec[\s\S]*/, ''), /printed no rate/],
    ['another operation', changed('operation: read', 'operation: write'), /another operation/],
    ['other threads', changed('threads: 1', 'threads: 64'), /another number of threads/],
    ['a block that fits a cache', changed('131072KiB', '1KiB'), /another block size/],
    ['one block for all threads', changed('scope: local', 'scope: global'), /another scope/],
    ['a rate of zero', withRate('0.00', '0.00', '5.0000'), /printed no rate/],
    ['a negative rate', withRate('16384.00', '-9565.87', '1.7117'), /printed no rate/],
    ['a rate that is no number', withRate('16384.00', 'inf', '0.0000'), /printed no rate/],
    ['a rate that its own time denies', withRate('16384.00', '95658.70', '1.7117'), /its amount divided by its time/],
    ['a rate that no memory has', withRate('99999999.00', '9999999.90', '10.0000'), /no memory has/],
  ])('makes up no figure for %s', (_case, output, message) => {
    expect(() => parseMemoryRate(output, readOne)).toThrow(message);
  });
});

/** What sysbench printed for a run, with these threads and, of the one thread that reads, half of the rate where the run was disturbed. */
function recorded(operation: 'read' | 'write', threads: number, isDisturbed = false): string {
  const output = (operation === 'read' ? SYSBENCH_MEMORY_READ_ONE_THREAD : SYSBENCH_MEMORY_WRITE_TWO_THREADS).replace(
    /Number of threads: \d+/,
    `Number of threads: ${threads}`,
  );
  if (!isDisturbed) return `-- ${operation} ${threads}\n${output}`;
  return `-- ${operation} ${threads}\n${output.replace('(9565.87 MiB/sec)', '(4782.94 MiB/sec)').replace('1.7117s', '3.4234s')}`;
}
const recordedRound = (isDisturbed = false): string =>
  [
    recorded('read', 1, isDisturbed),
    recorded('write', 1, isDisturbed),
    recorded('read', 2, isDisturbed),
    recorded('write', 2, isDisturbed),
  ].join('');

/** Answers as a host with two threads does; each answer can be replaced. */
function hostWith(
  answers: { readonly freeKib?: string; readonly nproc?: string; readonly round?: (round: number) => string } = {},
) {
  let rounds = 0;
  return scriptedSession((text) => {
    if (text.startsWith('command -v')) return { stdout: 'sysbench 1.0.20\n' };
    if (text === 'nproc') return { stdout: answers.nproc ?? '2\n' };
    if (text.startsWith('awk')) return { stdout: answers.freeKib ?? '4000000\n' };
    rounds += 1;
    return { stdout: answers.round?.(rounds) ?? recordedRound() };
  });
}

async function measure(session: ReturnType<typeof scriptedSession>) {
  const progress: number[] = [];
  const strategy = createMemoryBenchmark({
    session,
    cleanUpSession: session,
    runId: 'test',
    onProgress: (percent) => void progress.push(percent),
  });
  return { ...(await strategy.run(anyMachine().machine)), progress };
}

describe('the memory benchmark', () => {
  it('answers four figures with their spread, and keeps every word of the tool by its hash', async () => {
    const host = hostWith();
    const { result, rawOutput, rawOutputSha256, progress } = await measure(host);
    expect(benchmarkResultSchema.parse(result)).toMatchObject({
      tool: 'sysbench',
      toolVersion: '1.0.20',
      methodVersion: 4,
      parameters: { blockMib: '128', mibPerThread: '2048', secondsMax: '120', threads: '2' },
    });
    expect(result.measurements.map(({ name, unit, repetitions }) => [name, unit, repetitions])).toEqual([
      ['one_thread_read', 'GB/s', 96],
      ['one_thread_write', 'GB/s', 96],
      ['all_threads_read', 'GB/s', 96],
      ['all_threads_write', 'GB/s', 96],
    ]);
    // Against 12, 12, 22 and 22 GB/s: 1000 × ⁴√(0.8359 × 1.4729 × 0.4559 × 0.8034).
    expect(result.score).toBe(820);
    // The warm-up's too, and none of it cut.
    expect(rawOutput.match(/MiB transferred/g)).toHaveLength(4 * 97);
    expect(rawOutput).toContain('# sysbench memory, warm-up\n');
    expect(rawOutput).not.toContain('[cut here');
    expect(createHash('sha256').update(rawOutput).digest('hex')).toBe(rawOutputSha256);
    expect(progress).toHaveLength(96);
    // Huge pages, in each round.
    expect(host.sent.filter((text) => text.startsWith('export GLIBC_TUNABLES=glibc.malloc.hugetlb=1\n'))).toHaveLength(
      97,
    );
    expect(progress.at(-1)).toBe(100);
  });

  it('is scored by the best repetition: what disturbs a run only makes it slower', async () => {
    // Every third round is undisturbed, so that most are not: their median is half of what the machine can do.
    const { result } = await measure(hostWith({ round: (round) => recordedRound(round % 3 !== 0) }));
    expect(result.measurements[0]).toMatchObject({ median: 5.015, maximum: 10.031 });
    expect(result.score).toBe((await measure(hostWith())).result.score);
  });

  it('does not count the warm-up', async () => {
    const { result } = await measure(hostWith({ round: (round) => recordedRound(round > 1) }));
    expect(result.measurements[0]).toMatchObject({ median: 5.015, maximum: 5.015 });
  });

  it.each([
    ['begins no round after two minutes', 4, 30],
    ['does 24 rounds however long they take', 60, 24],
  ])('on a machine that fills its blocks slowly %s', async (_case, secondsPerRound, rounds) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const host = hostWith({
        round: () => {
          vi.advanceTimersByTime(secondsPerRound * 1_000);
          return recordedRound();
        },
      });
      const { result, progress } = await measure(host);
      expect(result.measurements.map(({ repetitions }) => repetitions)).toEqual([rounds, rounds, rounds, rounds]);
      // Bug: it stood at a third of 96 rounds and was done then.
      const steps = progress.map((percent, index) => percent - (progress[index - 1] ?? 0));
      expect(Math.max(...steps)).toBeLessThan(5);
      expect(Math.min(...steps)).toBeGreaterThan(0);
      expect(progress.at(-1)).toBe(100);
    } finally {
      vi.useRealTimers();
    }
  });

  it('names the tool that is missing, and what installs it', async () => {
    await expect(measure(scriptedSession(() => ({ stdout: '', exitStatus: 3 })))).rejects.toMatchObject({
      code: 'host_tool_missing',
      remedy: 'Let it be installed, beside the checks of the machine, or do it yourself: apt-get install sysbench',
    });
  });

  it.each([
    ['too little memory is free', { freeKib: '600000\n' }, /needs 768 MiB of free memory, but there are 585 MiB/],
    ['nobody says how much is free', { freeKib: '' }, /needs 768 MiB of free memory, but there are 0 MiB/],
    ['the threads are no number', { nproc: 'many\n' }, /nproc printed no number/],
    ['sysbench prints something else', { round: () => 'Segmentation fault\n' }, /named no number of threads/],
    ['a run of a round is missing', { round: () => recorded('read', 1) }, /named no number of threads/],
    ['runs come in another order', { round: () => recorded('write', 1) + recorded('read', 1) }, /another operation/],
  ])('ends without a figure when %s', async (_case, answers, message) => {
    const session = hostWith(answers);
    await expect(measure(session)).rejects.toMatchObject({
      code: 'host_command_failed',
      message: expect.stringMatching(message) as string,
    });
  });

  it('starts nothing on a machine whose memory it would fill', async () => {
    const session = hostWith({ freeKib: '600000\n' });
    await expect(measure(session)).rejects.toThrow('free memory');
    expect(session.sent.some((text) => text.includes('sysbench memory'))).toBe(false);
  });
});
