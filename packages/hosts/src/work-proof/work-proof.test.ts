import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { measurementOf } from '../benchmarks/measurement.ts';
import { SshError } from '../ssh/ssh-error.ts';
import { scriptedSession } from '../test-support/scripted-session.ts';
import { assertFiguresFit, SQUARINGS_PER_EVENT } from './assert-figures-fit.ts';
import { createTimeLock, timeLockOf } from './time-lock.ts';
import { WorkProof } from './work-proof.ts';
import { workProofScript } from './work-proof-script.ts';

/** The long way: one squaring after another. */
function squared(modulus: bigint, base: bigint, squarings: number): bigint {
  let value = base;
  for (let count = 0; count < squarings; count += 1) value = (value * value) % modulus;
  return value;
}

const hex = (value: unknown) => BigInt(`0x${String(value)}`);

/** A machine that computes what it is asked for, and takes as long for it as it is told. */
function machineThat(change: {
  readonly answer?: (right: bigint) => string | null;
  readonly msPerSquaring?: number;
  readonly emptyMs?: number;
}) {
  return scriptedSession((_text, { base, modulus, squarings, workers }) => {
    const count = Number(squarings);
    const lines = Array.from({ length: Number(workers) }, (_, worker) => {
      const right = squared(hex(modulus), (hex(base) + BigInt(worker)) % hex(modulus), count);
      const said = change.answer === undefined ? right.toString(16) : change.answer(right);
      return said === null ? '' : `${String(worker)} ${said}\n`;
    });
    return {
      stdout: `python 3.13.5\n${lines.join('')}`,
      durationMs:
        count === 1 ? (change.emptyMs ?? 10) : (change.emptyMs ?? 10) + count * (change.msPerSquaring ?? 0.01),
    };
  });
}

describe('a time lock', () => {
  it('knows by the short way what takes the long way to compute', async () => {
    const lock = await createTimeLock();
    expect(lock.modulus.toString(2)).toHaveLength(1_024);
    for (const [base, squarings] of [
      [2n, 1],
      [12_345n, 1_000],
      [lock.modulus - 1n, 77],
    ] as const) {
      expect(lock.answer(base, squarings)).toBe(squared(lock.modulus, base, squarings));
    }
  });

  it('is another one each time', async () => {
    expect((await createTimeLock()).modulus).not.toBe((await createTimeLock()).modulus);
  });

  it('can be followed by hand with small primes', () => {
    expect(timeLockOf(11n, 23n).answer(5n, 3)).toBe(5n ** 8n % 253n);
  });

  it('is solved by the script that is sent to a machine', (context) => {
    let printed: string;
    try {
      const argv = ['-I', '-S', '-', (11n * 23n).toString(16), '5', '3', '2'];
      printed = execFileSync('python3', argv, { input: workProofScript, encoding: 'utf8' });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
        context.skip('there is no python3 here');
      throw error;
    }
    expect(printed).toMatch(/^python 3\.\d+\.\d+/);
    const lock = timeLockOf(11n, 23n);
    expect(printed.split('\n').slice(1, 3).toSorted()).toEqual(
      [0, 1].map((worker) => `${String(worker)} ${lock.answer(5n + BigInt(worker), 3).toString(16)}`),
    );
  });
});

describe('a proof of work', () => {
  it('is timed on our clock, less the time of an empty run', async () => {
    const proof = await WorkProof.open(machineThat({ msPerSquaring: 0.01, emptyMs: 2 }));
    expect(await proof.run(1, 1_000)).toMatchObject({
      kind: 'solved',
      squaringsPerSecond: 100_000,
      pythonVersion: '3.13.5',
    });
    expect(await proof.run(4, 1_000)).toMatchObject({ kind: 'solved', squaringsPerSecond: 400_000 });
    expect(await proof.calibrate(4, 2)).toBe(200_000);
  });

  it('takes off no more than a fifth, so that a slow empty run makes nobody faster', async () => {
    const proof = await WorkProof.open(machineThat({ msPerSquaring: 0.01, emptyMs: 10 }));
    expect(await proof.run(1, 1_000)).toMatchObject({ squaringsPerSecond: Math.round(1_000_000 / (20 - 4)) });
  });

  it.each<[string, (right: bigint) => string | null, string]>([
    ['is wrong', (right) => (right + 1n).toString(16), 'an answer is wrong'],
    ['is missing', () => null, 'an answer is missing'],
    ['is no number', () => 'ok', 'an answer is missing'],
  ])('fails when an answer %s', async (_name, answer, detail) => {
    const proof = await WorkProof.open(machineThat({ answer }));
    expect(await proof.run(2, 1_000)).toMatchObject({ kind: 'wrong', detail });
  });

  it('fails when an answer of another run is given again', async () => {
    let first: string | null = null;
    const proof = await WorkProof.open(machineThat({ answer: (right) => (first ??= right.toString(16)) }));
    expect(await proof.run(1, 1_000)).toMatchObject({ kind: 'wrong' });
  });

  it.each([
    ['takes too long', new SshError('command_timed_out', 'A command took too long.')],
    ['prints no end of it', new SshError('output_too_long', 'A command printed too much.')],
  ])('fails when the machine %s', async (_name, error) => {
    const session = scriptedSession(() => {
      throw error;
    });
    expect(await (await WorkProof.open(session)).run(1, 1_000)).toMatchObject({ kind: 'wrong', detail: error.message });
  });

  it('is not measured without Python, and tells a lost connection from an answer', async () => {
    const bare = await WorkProof.open(scriptedSession(() => ({ exitStatus: 69 })));
    expect(await bare.run(1, 1_000)).toEqual({ kind: 'no_python' });
    const gone = scriptedSession(() => {
      throw new SshError('connection_lost', 'The connection was cut.');
    });
    await expect((await WorkProof.open(gone)).run(1, 1_000)).rejects.toMatchObject({ failure: 'connection_lost' });
  });
});

describe('figures of sysbench beside the proof', () => {
  const figures = (events: number, squarings: number) => [
    measurementOf('one_thread', 'events/s', [events]),
    measurementOf('all_threads', 'events/s', [2 * events]),
    measurementOf('proof_one_thread', 'squarings/s', [squarings]),
    measurementOf('proof_all_threads', 'squarings/s', [2 * squarings]),
  ];

  it.each([
    ['as on a lab host', 1_526, 300_000],
    ['at the lower limit', 1_000, 1_000 * SQUARINGS_PER_EVENT.min],
    ['at the upper limit', 1_000, 1_000 * SQUARINGS_PER_EVENT.max],
  ])('fit %s', (_name, events, squarings) => {
    expect(() => assertFiguresFit(figures(events, squarings))).not.toThrow();
  });

  it.each([
    ['ten times too good', 95_000, 300_000],
    ['far too low', 100, 300_000],
  ])('do not fit when they are %s', (_name, events, squarings) => {
    expect(() => assertFiguresFit(figures(events, squarings))).toThrow(/do not fit what this machine can compute/);
  });

  it('fit when a neighbour took the processor from most of the short proofs', () => {
    const proof = (squarings: readonly number[]) => measurementOf('proof_one_thread', 'squarings/s', squarings);
    const one = measurementOf('one_thread', 'events/s', [373]);
    expect(() => assertFiguresFit([one, proof([6_000, 6_778, 70_000])])).not.toThrow();
    expect(() => assertFiguresFit([one, proof([6_000, 6_778, 7_000])])).toThrow(/6778 squarings/);
  });

  it('are caught with all threads alone, and not judged where nothing was proved', () => {
    const [one, , ...proofs] = figures(1_500, 300_000);
    const claimed = measurementOf('all_threads', 'events/s', [200_000]);
    if (one === undefined) throw new Error('There are four figures.');
    expect(() => assertFiguresFit([one, claimed, ...proofs])).toThrow(/\(all_threads\)/);
    expect(() => assertFiguresFit([one, claimed])).not.toThrow();
  });
});
