import type { Measurement } from '@rsm/domain/benchmarks/benchmark';
import { benchmarkMethodVersions } from '@rsm/domain/benchmarks/benchmark-method';
import type { BenchmarkOutcome, BenchmarkStrategy } from '@rsm/domain/benchmarks/benchmark-strategy';
import { DomainError } from '@rsm/domain/common/domain-error';
import { readOnly } from '../ssh/command-template.ts';
import { CommandFailedError, SshError } from '../ssh/ssh-error.ts';
import type { CommandResult } from '../ssh/ssh-session.ts';
import type { BenchmarkContext } from './benchmark-context.ts';
import { measurementOf, scoreOf } from './measurement.ts';
import { parseIperf3, type Iperf3Run } from './parse-iperf3.ts';
import { RawOutput } from './raw-output.ts';
import { NETWORK_REFERENCE, REFERENCE_MACHINE } from './reference-machine.ts';

/** A host of the operator's with `iperf3 --server`. */
export interface NetworkPeer {
  readonly host: string;
  readonly port: number;
}

export interface NetworkBenchmarkSettings {
  readonly repetitions: number;
  /** What one run sends at most, in each direction. */
  readonly bytesPerRun: number;
  /** After so long a run ends with what has come through. */
  readonly secondsPerRunMax: number;
  readonly roundTrips: number;
  /** Null: nothing but the way to the marketplace is measured. */
  readonly peer: NetworkPeer | null;
}

const MIB = 1_048_576;

export const NETWORK_BENCHMARK_SETTINGS: NetworkBenchmarkSettings = {
  repetitions: 3,
  bytesPerRun: 8 * MIB,
  secondsPerRunMax: 5,
  roundTrips: 9,
  peer: null,
};

const WARM_UP_BYTES = MIB;
const PEER_SECONDS = 3;
const MEGABIT = 1_000_000;

/** The shortest command there is: what it takes is the way there and back, and the start of a process. */
const roundTrip = readOnly(':');
/** `timeout` ends with 124 when the limit was reached; what came until then counts. */
const sendDown = readOnly('timeout {seconds} head -c {bytes} /dev/zero', {
  timeoutMs: 60_000,
  maxOutputBytes: 16_777_216,
  expectedExitCodes: [0, 124],
});
/** Prints how many bytes arrived; they are thrown away. */
const takeUp = readOnly('timeout {seconds} cat | wc -c', { timeoutMs: 60_000, stdin: 'content' });
/** Only sends to the operator's own peer, at no more than 10 Gbit/s. Exit status 3: there is no iperf3. */
const iperf3Up = readOnly(
  'command -v iperf3 >/dev/null || exit 3; exec iperf3 --client {host} --port {port} --time {seconds} --bitrate 10G --connect-timeout 5000 --json',
  { timeoutMs: 30_000, expectedExitCodes: [0, 1, 3] },
);
const iperf3Down = readOnly(
  'command -v iperf3 >/dev/null || exit 3; exec iperf3 --client {host} --port {port} --time {seconds} --bitrate 10G --connect-timeout 5000 --reverse --json',
  { timeoutMs: 30_000, expectedExitCodes: [0, 1, 3] },
);

/** How fast and how far away the machine is from the marketplace, over the SSH connection itself; and from a peer, where there is one. */
export function createNetworkBenchmark(
  context: BenchmarkContext,
  settings: NetworkBenchmarkSettings = NETWORK_BENCHMARK_SETTINGS,
): BenchmarkStrategy {
  return { kind: 'network', run: () => runNetworkBenchmark(context, settings) };
}

async function runNetworkBenchmark(
  context: BenchmarkContext,
  settings: NetworkBenchmarkSettings,
): Promise<BenchmarkOutcome> {
  const raw = new RawOutput();
  const measurements = await measureMarketplace(context, settings, raw);
  const peer = await measurePeer(context, settings, raw);
  context.onProgress(100);
  const all = [...measurements, ...peer.measurements];
  return {
    result: {
      tool: 'ssh',
      toolVersion: 'one channel',
      methodVersion: benchmarkMethodVersions.network,
      parameters: {
        bytesPerRun: String(settings.bytesPerRun),
        secondsPerRunMax: String(settings.secondsPerRunMax),
        roundTrips: String(settings.roundTrips),
        warmUpBytes: String(WARM_UP_BYTES),
        peer: peer.said.slice(0, 200),
      },
      measurements: all,
      score: scoreOf(all, NETWORK_REFERENCE),
      referenceMachine: REFERENCE_MACHINE,
    },
    ...raw.finish(),
  };
}

/** Everything here is timed and counted on our side, apart from how much arrived at the machine. */
async function measureMarketplace(
  { onProgress, session }: BenchmarkContext,
  settings: NetworkBenchmarkSettings,
  raw: RawOutput,
): Promise<readonly Measurement[]> {
  const { bytesPerRun, repetitions, roundTrips, secondsPerRunMax: seconds } = settings;
  const payload = Buffer.alloc(bytesPerRun);
  // A fresh connection sends slowly at first; this is not counted.
  await session.run(sendDown, { bytes: WARM_UP_BYTES, seconds });
  await session.run(takeUp, { seconds }, { stdin: payload.subarray(0, WARM_UP_BYTES) });
  const trips: number[] = [];
  for (let trip = 1; trip <= roundTrips; trip += 1) trips.push((await session.run(roundTrip, {})).durationMs);
  raw.add('round trips, in ms', trips.join('\n'));
  const wait = measurementOf('round_trip', 'ms', trips);
  const runs = { to_marketplace: [] as number[], from_marketplace: [] as number[] };
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    const down = await session.run(sendDown, { bytes: bytesPerRun, seconds });
    const sent = Buffer.byteLength(down.stdout);
    raw.add(`to the marketplace, repetition ${repetition}`, lineOf(sent, down.durationMs));
    runs.to_marketplace.push(
      rateOf({ bytes: sent, bytesMax: bytesPerRun, durationMs: down.durationMs, wait: wait.median }),
    );
    const up = await session.run(takeUp, { seconds }, { stdin: payload });
    const taken = countOf(up);
    raw.add(`from the marketplace, repetition ${repetition}`, lineOf(taken, up.durationMs));
    runs.from_marketplace.push(
      rateOf({ bytes: taken, bytesMax: bytesPerRun, durationMs: up.durationMs, wait: wait.median }),
    );
    onProgress((80 * repetition) / repetitions);
  }
  return [
    measurementOf('to_marketplace', 'Mbit/s', runs.to_marketplace),
    measurementOf('from_marketplace', 'Mbit/s', runs.from_marketplace),
    wait,
  ];
}

function lineOf(bytes: number, durationMs: number): string {
  return `${String(bytes)} bytes in ${durationMs.toFixed(3)} ms`;
}

function countOf({ stdout }: CommandResult): number {
  const text = stdout.trim();
  return /^\d{1,12}$/.test(text) ? Number(text) : 0;
}

/**
 * Mbit/s of one run, without the time that a command takes that sends nothing.
 * @throws DomainError host_command_failed when nothing arrived, or more than was sent
 */
export function rateOf(run: {
  readonly bytes: number;
  readonly bytesMax: number;
  readonly durationMs: number;
  readonly wait: number;
}): number {
  const { bytes, bytesMax, durationMs, wait } = run;
  if (bytes < 1 || bytes > bytesMax) {
    throw new DomainError(
      'host_command_failed',
      `The machine says that ${String(bytes)} of ${String(bytesMax)} bytes arrived.`,
      {
        remedy: 'Check its connection, and measure again.',
      },
    );
  }
  // A run on a near machine can be over in the time that a command takes: then all of it counts.
  const sendingMs = durationMs - wait > durationMs / 2 ? durationMs - wait : durationMs;
  return (bytes * 8) / MEGABIT / (sendingMs / 1_000);
}

interface PeerOutcome {
  readonly measurements: readonly Measurement[];
  /** Kept with the result: the peer, or why there are no figures of it. */
  readonly said: string;
}

/** The peer is an extra: what keeps it from being measured is said, and leaves the other figures as they are. */
async function measurePeer(
  { onProgress, session }: BenchmarkContext,
  { peer, repetitions }: NetworkBenchmarkSettings,
  raw: RawOutput,
): Promise<PeerOutcome> {
  if (peer === null) return { measurements: [], said: 'none' };
  const runs = { to_peer: [] as number[], from_peer: [] as number[] };
  let version = '';
  try {
    for (let repetition = 1; repetition <= repetitions; repetition += 1) {
      for (const [name, direction, template] of [
        ['to_peer', 'up', iperf3Up],
        ['from_peer', 'down', iperf3Down],
      ] as const) {
        const run: Iperf3Run = { direction, seconds: PEER_SECONDS };
        const answer = await session.run(template, { ...peer, seconds: run.seconds });
        if (answer.exitStatus === 3) {
          const why = 'no iperf3 on the machine; its provider may install the package iperf3';
          return { measurements: [], said: `not measured: ${why}` };
        }
        raw.add(`iperf3 ${direction}, repetition ${repetition}`, answer.stdout);
        const read = parseIperf3(answer.stdout, run);
        runs[name].push(read.mbitPerSecond);
        ({ version } = read);
      }
      onProgress(80 + (20 * repetition) / repetitions);
    }
  } catch (error) {
    if (!isAnswer(error)) throw error;
    return { measurements: [], said: `not measured: ${error.message}` };
  }
  return {
    measurements: [
      measurementOf('to_peer', 'Mbit/s', runs.to_peer),
      measurementOf('from_peer', 'Mbit/s', runs.from_peer),
    ],
    said: `${peer.host}:${String(peer.port)}, iperf3 ${version}, ${String(PEER_SECONDS)} s, at most 10 Gbit/s`,
  };
}

/** Something that iperf3 did, and not the connection to the machine. */
function isAnswer(error: unknown): error is SshError {
  return (
    error instanceof CommandFailedError ||
    (error instanceof SshError && ['command_failed', 'command_timed_out', 'output_too_long'].includes(error.failure))
  );
}
