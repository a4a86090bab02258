import { createHash } from 'node:crypto';
import type { BenchmarkKind } from '@rsm/domain/benchmarks/benchmark';
import { benchmarkMethodVersions } from '@rsm/domain/benchmarks/benchmark-method';
import type { BenchmarkOutcome } from '@rsm/domain/benchmarks/benchmark-strategy';
import type { HandoverReport, HandoverSubject } from '@rsm/domain/handovers/handover-inspector';
import type { HandoverCheckId } from '@rsm/domain/handovers/handover';
import type { MachineCheck } from '@rsm/domain/machines/machine';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';

/** What reading a fake machine answers. */
export function fakeFacts(name: string): MachineFacts {
  return {
    cpu: {
      model: 'Fake EPYC 9354',
      architecture: 'x86_64',
      sockets: 1,
      cores: 16,
      threads: 32,
      maxMhz: 3_800,
    },
    memory: { totalBytes: 137_438_953_472, swapBytes: 0 },
    disks: [
      {
        device: '/dev/nvme0n1p2',
        mountPoint: '/',
        fileSystem: 'ext4',
        kind: 'nvme',
        sizeBytes: 2_000_000_000_000,
        freeBytes: 1_500_000_000_000,
      },
    ],
    gpus: [],
    containerRuntime: null,
    kernel: '6.1.0-fake',
    virtualization: 'none',
    os: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
    initSystem: 'systemd',
    sshdVersion: 'OpenSSH_9.2p1',
    timeZone: 'Etc/UTC',
    unreadable: [],
    fingerprint: createHash('sha256').update(name).digest('hex'),
  };
}

/** Two checks; the named one fails. */
export function fakeChecks(failedCheck: string | null): readonly MachineCheck[] {
  return ['root', 'sshd'].map((id) => {
    const passed = id !== failedCheck;
    return {
      id,
      title: `Check ${id}`,
      actual: passed ? 'as required' : 'otherwise',
      required: 'as required',
      passed,
      remedy: passed ? null : 'Change it.',
    };
  });
}

const fakeProof = (['proof_one_thread', 'proof_all_threads'] as const).map((name) => ({
  name,
  unit: 'squarings/s',
  median: 150_000,
  minimum: 149_000,
  maximum: 151_000,
  repetitions: 3,
}));

/** A handover in which everything is as listed, but for one fault. */
export function fakeHandover({
  fault,
  speed,
}: {
  readonly fault: HandoverCheckId | null;
  readonly speed: HandoverSubject['speed'];
}): HandoverReport {
  const rawOutput = `handover, ${fault ?? 'nothing wrong'}\n`;
  return {
    checks: (['host_key', 'facts', 'other_people', 'speed_one_thread', 'speed_all_threads'] as const).map((id) => ({
      id,
      actual: id === fault ? 'otherwise' : 'as listed',
      required: 'as listed',
      verdict: id === fault ? 'failed' : id.startsWith('speed') && 'missing' in speed ? 'not_measured' : 'passed',
    })),
    rawOutput,
    rawOutputSha256: createHash('sha256').update(rawOutput).digest('hex'),
  };
}

export function fakeBenchmark(kind: BenchmarkKind, score: number): BenchmarkOutcome {
  const rawOutput = `events per second: 1500.00 (${kind})\n`;
  return {
    result: {
      tool: 'sysbench',
      toolVersion: '1.0.20',
      methodVersion: benchmarkMethodVersions[kind],
      parameters: { threads: '32', ...(kind === 'cpu' ? { proofPython: '3.13.5' } : {}) },
      measurements: [
        { name: 'one_thread', unit: 'events/s', median: 1_500, minimum: 1_480, maximum: 1_510, repetitions: 3 },
        ...(kind === 'cpu' ? fakeProof : []),
      ],
      score,
      referenceMachine: 'fake reference',
    },
    rawOutput,
    rawOutputSha256: createHash('sha256').update(rawOutput).digest('hex'),
  };
}
