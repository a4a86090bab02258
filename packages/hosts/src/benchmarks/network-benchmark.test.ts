import { createHash } from 'node:crypto';
import { benchmarkResultSchema } from '@rsm/domain/benchmarks/benchmark';
import { describe, expect, it } from 'vitest';
import { SshError } from '../ssh/ssh-error.ts';
import type { SshSession } from '../ssh/ssh-session.ts';
import { anyMachine } from '../test-support/any-machine.ts';
import { scriptedSession } from '../test-support/scripted-session.ts';
import {
  IPERF3_3_12_REFUSED,
  IPERF3_3_12_UP,
  IPERF3_3_21_BUSY,
  IPERF3_3_21_DOWN,
  IPERF3_3_21_REFUSED,
} from './iperf3.fixture.ts';
import {
  createNetworkBenchmark,
  NETWORK_BENCHMARK_SETTINGS,
  rateOf,
  type NetworkBenchmarkSettings,
} from './network-benchmark.ts';
import { parseIperf3 } from './parse-iperf3.ts';

const up = { direction: 'up', seconds: 1 } as const;
const down = { direction: 'down', seconds: 1 } as const;

describe('reading what iperf3 printed', () => {
  it('reads the rate at the receiving side, of two versions', () => {
    const [, upRate = ''] = /"sum_received":[^}]*"bits_per_second": ([\d.]+)/.exec(IPERF3_3_12_UP) ?? [];
    expect(parseIperf3(IPERF3_3_12_UP, up)).toEqual({ mbitPerSecond: Number(upRate) / 1e6, version: '3.12' });
    const read = parseIperf3(IPERF3_3_21_DOWN, down);
    expect(read.version).toBe('3.21');
    expect(read.mbitPerSecond).toBeGreaterThan(100);
  });

  // Constructed after the recorded refusal: nothing here can be made to drop packets silently.
  const blocked = IPERF3_3_21_REFUSED.replace('Connection refused', 'Connection timed out');
  it.each([
    ['a refused connection', IPERF3_3_12_REFUSED, /said: unable to connect to server: Connection refused/],
    ['a refused connection of another version', IPERF3_3_21_REFUSED, /said: unable to connect.*refused/],
    ['a blocked port', blocked, /said: unable to connect.*timed out/],
    ['a busy peer', IPERF3_3_21_BUSY, /said: the server is busy running a test/],
    ['output that was cut', IPERF3_3_12_UP.slice(0, 900), /no result that can be read/],
    ['nothing', '', /no result that can be read/],
    ['the other direction', IPERF3_3_21_DOWN, /the other direction/],
    ['another time', IPERF3_3_12_UP.replace('"duration": 1', '"duration": 9'), /another time/],
    ['a run that was cut', IPERF3_3_12_UP.replaceAll(/"seconds": 1\.\d+/g, '"seconds": 0.2'), /was cut off/],
    ['a rate of zero', IPERF3_3_12_UP.replaceAll(/"bits_per_second": [\d.]+/g, '"bits_per_second": 0'), /was cut off/],
    [
      'a rate that its bytes deny',
      IPERF3_3_12_UP.replaceAll(/"bits_per_second": [\d.]+/g, '"bits_per_second": 99000000000'),
      /not its bytes divided by its time/,
    ],
    ['several streams', IPERF3_3_12_UP.replace('"num_streams": 1', '"num_streams": 8'), /no result that can be read/],
  ])('makes up no figure for %s', (_case, output, message) => {
    expect(() => parseIperf3(output, up)).toThrow(message);
  });
});

const settings = { ...NETWORK_BENCHMARK_SETTINGS, bytesPerRun: 1_000_000, roundTrips: 3 };
const withPeer = { ...settings, peer: { host: 'peer.example.org', port: 5201 } };

/** A machine that takes 10 ms for a command and 90 ms for sending; each answer can be replaced. */
function machine(
  answers: { readonly sent?: number; readonly taken?: string; readonly iperf3?: string | number | Error } = {},
) {
  const scripted = scriptedSession((text, values) => {
    if (text.includes('head -c')) return { stdout: '\0'.repeat(answers.sent ?? Number(values['bytes'])) };
    if (text.includes('wc -c')) return { stdout: answers.taken ?? '1000000\n' };
    if (!text.includes('iperf3')) return {};
    if (answers.iperf3 instanceof Error) throw answers.iperf3;
    if (typeof answers.iperf3 === 'number') return { exitStatus: answers.iperf3 };
    return { stdout: answers.iperf3 ?? '' };
  });
  const session: SshSession = {
    ...scripted,
    run: async (template, values, ...rest) => ({
      ...(await scripted.run(template, values, ...rest)),
      durationMs: /head -c|wc -c/.test(template.text) ? 90 : 10,
    }),
  };
  return { session, sent: scripted.sent };
}

async function measure(
  { session }: Pick<ReturnType<typeof machine>, 'session'>,
  wanted: NetworkBenchmarkSettings = settings,
) {
  const context = { session, cleanUpSession: session, runId: 'test', onProgress: () => undefined };
  return createNetworkBenchmark(context, wanted).run(anyMachine().machine);
}

describe('the network benchmark', () => {
  it('measures both ways to the marketplace and the round trip, over SSH alone', async () => {
    const host = machine();
    const { rawOutput, rawOutputSha256, result } = await measure(host);
    expect(benchmarkResultSchema.parse(result)).toMatchObject({
      tool: 'ssh',
      methodVersion: 1,
      parameters: { bytesPerRun: '1000000', secondsPerRunMax: '5', peer: 'none' },
      // A megabyte in 90 ms, of which a command without content takes 10.
      measurements: [
        { name: 'to_marketplace', unit: 'Mbit/s', median: 100, repetitions: 3 },
        { name: 'from_marketplace', unit: 'Mbit/s', median: 100, repetitions: 3 },
        { name: 'round_trip', unit: 'ms', median: 10, repetitions: 3 },
      ],
      score: 200,
    });
    expect(rawOutput).toContain('# to the marketplace, repetition 3\n1000000 bytes in 90.000 ms\n');
    expect(createHash('sha256').update(rawOutput).digest('hex')).toBe(rawOutputSha256);
    expect(host.sent.some((text) => text.includes('iperf3'))).toBe(false);
  });

  it('counts what came through when the time is over', async () => {
    const { result } = await measure(machine({ taken: '500000\n' }));
    expect(result.measurements.map(({ median }) => median)).toEqual([100, 50, 10]);
  });

  it.each([
    ['nothing arrives at the machine', { taken: '0\n' }, /says that 0 of 1000000 bytes arrived/],
    ['the machine counts no bytes', { taken: 'wc: error\n' }, /says that 0 of 1000000/],
    ['more arrives than was sent', { taken: '9000000\n' }, /says that 9000000 of 1000000/],
    ['nothing comes from the machine', { sent: 0 }, /says that 0 of 1000000/],
  ])('ends without a figure when %s', async (_case, answers, message) => {
    await expect(measure(machine(answers))).rejects.toMatchObject({
      code: 'host_command_failed',
      message: expect.stringMatching(message) as string,
    });
  });

  it('takes the whole time of a run that was hardly longer than a command', () => {
    expect(rateOf({ bytes: 1_000_000, bytesMax: 1_000_000, durationMs: 16, wait: 10 })).toBe(500);
  });

  it.each([
    ['has no iperf3', 3, 'not measured: no iperf3 on the machine; its provider may install the package iperf3'],
    [
      'is refused by the peer',
      IPERF3_3_12_REFUSED,
      'not measured: iperf3 said: unable to connect to server: Connection refused.',
    ],
    ['gets cut output', IPERF3_3_12_UP.slice(0, 900), 'not measured: iperf3 printed no result that can be read.'],
    [
      'gets no answer in time',
      new SshError('command_timed_out', 'It took too long.'),
      'not measured: It took too long.',
    ],
  ])(
    'says why there are no figures of the peer when the machine %s, and keeps the others',
    async (_case, iperf3, said) => {
      const { result } = await measure(machine({ iperf3 }), withPeer);
      expect(result.parameters['peer']).toBe(said);
      expect(result.measurements).toHaveLength(3);
      expect(result.score).toBe(200);
    },
  );

  it('ends when the machine itself is lost on the way to the peer', async () => {
    const lost = machine({ iperf3: new SshError('connection_lost', 'The connection was cut.') });
    await expect(measure(lost, withPeer)).rejects.toThrow('The connection was cut.');
  });

  it('adds the peer’s figures where one is configured', async () => {
    const threeSeconds = (text: string) => {
      const json = text.replace('"duration": 1', '"duration": 3');
      return json.replace(
        /"sum_received": \{[^}]*\}/,
        '"sum_received": {"seconds": 3, "bytes": 375000000, "bits_per_second": 1000000000}',
      );
    };
    const host = machine();
    const session: SshSession = {
      ...host.session,
      run: async (template, values, ...rest) => {
        const answer = await host.session.run(template, values, ...rest);
        if (!template.text.includes('iperf3')) return answer;
        expect(values).toMatchObject({ host: 'peer.example.org', port: 5201 });
        return {
          ...answer,
          stdout: threeSeconds(template.text.includes('--reverse') ? IPERF3_3_21_DOWN : IPERF3_3_12_UP),
        };
      },
    };
    const { result } = await measure({ session }, withPeer);
    expect(result.measurements.slice(3)).toEqual([
      { name: 'to_peer', unit: 'Mbit/s', median: 1_000, minimum: 1_000, maximum: 1_000, repetitions: 3 },
      { name: 'from_peer', unit: 'Mbit/s', median: 1_000, minimum: 1_000, maximum: 1_000, repetitions: 3 },
    ]);
    expect(result.parameters['peer']).toBe('peer.example.org:5201, iperf3 3.21, 3 s, at most 10 Gbit/s');
  });
});
