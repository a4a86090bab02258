import { createHash } from 'node:crypto';
import { benchmarkResultSchema } from '@rsm/domain/benchmarks/benchmark';
import { describe, expect, it } from 'vitest';
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

/** Answers as a host with two threads does; each answer can be replaced. */
function hostWith(answers: { readonly freeKib?: string; readonly nproc?: string; readonly memory?: string } = {}) {
  return scriptedSession((text, values) => {
    if (text.startsWith('command -v')) return { stdout: 'sysbench 1.0.20\n' };
    if (text === 'nproc') return { stdout: answers.nproc ?? '2\n' };
    if (text.startsWith('awk')) return { stdout: answers.freeKib ?? '4000000\n' };
    if (answers.memory !== undefined) return { stdout: answers.memory };
    const recorded =
      values['operation'] === 'read' ? SYSBENCH_MEMORY_READ_ONE_THREAD : SYSBENCH_MEMORY_WRITE_TWO_THREADS;
    return {
      stdout: recorded.replace(/Number of threads: \d+/, `Number of threads: ${String(values['threads'])}`),
    };
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
    const { result, rawOutput, rawOutputSha256, progress } = await measure(hostWith());
    expect(benchmarkResultSchema.parse(result)).toMatchObject({
      tool: 'sysbench',
      toolVersion: '1.0.20',
      methodVersion: 3,
      parameters: { blockMib: '128', mibPerThread: '2048', warmUpSeconds: '1', threads: '2' },
    });
    expect(result.measurements.map(({ name, unit, repetitions }) => [name, unit, repetitions])).toEqual([
      ['one_thread_read', 'GB/s', 24],
      ['one_thread_write', 'GB/s', 24],
      ['all_threads_read', 'GB/s', 24],
      ['all_threads_write', 'GB/s', 24],
    ]);
    // Against 12, 12, 22 and 22 GB/s: 1000 × ⁴√(0.8359 × 1.4729 × 0.4559 × 0.8034).
    expect(result.score).toBe(820);
    expect(rawOutput.match(/^# sysbench memory, .*/gm)).toHaveLength(97);
    expect(rawOutput).toContain('# sysbench memory, read, 2 threads, warm-up\n');
    expect(createHash('sha256').update(rawOutput).digest('hex')).toBe(rawOutputSha256);
    expect(progress).toHaveLength(96);
    expect(progress.at(-1)).toBe(100);
  });

  it('is scored by the best repetition: what disturbs a run only makes it slower', async () => {
    const slowed = (every: number) => {
      let runs = 0;
      return scriptedSession((text, values) => {
        if (text.startsWith('command -v')) return { stdout: 'sysbench 1.0.20\n' };
        if (text === 'nproc') return { stdout: '2\n' };
        if (text.startsWith('awk')) return { stdout: '4000000\n' };
        runs += 1;
        const isSlow = runs % every !== 0;
        return {
          stdout: (values['operation'] === 'read' ? SYSBENCH_MEMORY_READ_ONE_THREAD : SYSBENCH_MEMORY_WRITE_TWO_THREADS)
            .replace(/Number of threads: \d+/, `Number of threads: ${String(values['threads'])}`)
            .replace('(9565.87 MiB/sec)', isSlow ? '(4782.94 MiB/sec)' : '(9565.87 MiB/sec)')
            .replace('1.7117s', isSlow ? '3.4234s' : '1.7117s'),
        };
      });
    };
    // Every third run is undisturbed, so that most are not: their median is half of what the machine can do.
    const { result } = await measure(slowed(3));
    expect(result.measurements[0]).toMatchObject({ median: 5.015, maximum: 10.031 });
    expect(result.score).toBe((await measure(slowed(1))).result.score);
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
    ['sysbench prints something else', { memory: 'Segmentation fault\n' }, /named no number of threads/],
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
    expect(session.sent.some((text) => text.startsWith('sysbench'))).toBe(false);
  });
});
