// @module-tag ci

import { benchmarkIdSchema } from '@rsm/domain/common/ids';
import type { Benchmark } from '@rsm/domain/benchmarks/benchmark';
import { instant } from '@rsm/domain/common/instant';
import { expectedSpeed } from '@rsm/domain/handovers/expected-speed';
import type { HandoverCheckId } from '@rsm/domain/handovers/handover';
import type { HandoverSubject } from '@rsm/domain/handovers/handover-inspector';
import type { Machine } from '@rsm/domain/machines/machine';
import type { Lab, LabHost } from '@rsm/lab';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBenchmarkRunner } from '../benchmarks/benchmark-runner.ts';
import { createMachineInspector } from '../machines/inspector.ts';
import { anyMachine } from '../test-support/any-machine.ts';
import { anyWork, enrol, openLab, type LabMachine } from '../test-support/lab-machine.ts';
import { anyMachineId, realClock } from '../test-support/ssh-peer.ts';
import { createHandoverInspector, type HandoverSettings } from './handover-inspector.ts';

/*
 * A provider who lies: on a real host, each lie that docs/trust.md says is caught. The tests share one host and undo what they did. Two
 * processors are shared with other tests, so a speed counts here from a tenth on; what is judged is whether there is a proof at all. The
 * proof that sysbench's figures must fit is run three times: once its only run was a tenth of what this machine can do.
 */
const tolerance = { ratioMin: 0.1, ratioMax: 20 };
const ACCOUNT = { name: 'rsm-renter', uid: 200_000 };

let lab: Lab;
let host: LabHost;
let connected: LabMachine;
let machine: Machine;
let speed: HandoverSubject['speed'];

const benchmarks = () =>
  createBenchmarkRunner({
    pool: connected.pool,
    settings: { cpu: { repetitions: 1, secondsPerRun: 1, proof: { repetitions: 3, secondsPerRun: 0.3 } } },
  });
const measure = async () =>
  benchmarks().run(connected.target, machine, 'cpu', { ...anyWork('benchmark'), onProgress: () => undefined });
const verify = async () =>
  createMachineInspector({ pool: connected.pool, clock: realClock }).inspect(
    connected.target,
    { ...connected.target, credential: 'verifier' },
    machine,
    anyWork('inspect'),
  );
const handOver = async (change: Partial<HandoverSubject> = {}, settings: Partial<HandoverSettings> = {}) =>
  createHandoverInspector({
    pool: connected.pool,
    settings: { tolerance, secondsPerRun: 0.2, triesMax: 2, ...settings },
  }).inspect(connected.target, { machine, account: ACCOUNT, speed, ...change }, anyWork('handover'));
const checkOf = async (id: HandoverCheckId, change: Partial<HandoverSubject> = {}) =>
  (await handOver(change)).checks.find((one) => one.id === id);
/** Without a proof of work, which is not what such a test is about. */
const lookFor = async (id: HandoverCheckId, change: Partial<HandoverSubject> = {}) =>
  checkOf(id, { speed: { missing: 'it is not asked for' }, ...change });

/** Starts a program that outlives the console. The answer ends it. */
async function startOnHost(command: string): Promise<() => Promise<void>> {
  const { stdout } = await host.run(`setsid ${command} </dev/null >/dev/null 2>&1 & echo $!`);
  return async () => void (await host.run(`kill ${stdout.trim()}`));
}

beforeAll(async () => {
  lab = await openLab();
  host = await lab.startHost({ flavour: 'debian' });
  connected = await enrol(host);
  machine = anyMachine().machine;
  machine = { ...machine, facts: (await verify()).facts };
  const { rawOutputSha256, result } = await measure();
  const benchmark: Benchmark = {
    id: benchmarkIdSchema.parse(anyMachineId()),
    machineId: machine.id,
    kind: 'cpu',
    origin: 'requested',
    factsFingerprint: machine.facts?.fingerprint ?? null,
    status: 'succeeded',
    progressPercent: 100,
    result,
    driftPercent: null,
    rawOutputSha256,
    failureReason: null,
    queuedAt: instant(0),
    startedAt: instant(0),
    finishedAt: instant(0),
  };
  speed = expectedSpeed(machine, [benchmark]);
});
afterAll(async () => {
  connected.pool.close();
  await lab.stop();
});

afterEach(async () => {
  for (const tool of ['sysbench', 'python3']) await host.trouble.restoreTool(tool);
});

describe('an honest host', () => {
  it('passes everything, and nothing on it is changed', async () => {
    const before = connected.entries.length;
    const { checks, rawOutput } = await handOver();
    expect(checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['host_key', 'passed'],
      ['facts', 'passed'],
      ['other_people', 'passed'],
      ['speed_one_thread', 'passed'],
      ['speed_all_threads', 'passed'],
    ]);
    expect(rawOutput).toMatch(/squarings in/);
    expect(connected.entries.slice(before).every(({ kind }) => kind === 'read_only')).toBe(true);
  });
});

describe('a lie at verification', () => {
  it('is a sysbench that prints good numbers', async () => {
    await host.trouble.shadowTool(
      'sysbench',
      '#!/bin/sh\n[ "$1" = --version ] && echo "sysbench 1.0.20" && exit 0\necho "    events per second: 95000.00"\n',
    );
    await expect(measure()).rejects.toMatchObject({
      code: 'host_command_failed',
      message: expect.stringContaining('The figures of sysbench do not fit what this machine can compute') as string,
    });
  });

  it('is an nvidia-smi that tells of a GPU which the kernel does not know', async () => {
    await host.run(
      `printf '%s\\n' '#!/bin/sh' 'echo "NVIDIA H100 80GB HBM3, GPU-1, 81559, 550.54, 5, 16, 700.00, Enabled, 9.0"' > /usr/local/bin/nvidia-smi
       chmod 755 /usr/local/bin/nvidia-smi`,
    );
    const { checks, facts } = await verify();
    expect(facts.gpus).toMatchObject([{ model: 'NVIDIA H100 80GB HBM3' }]);
    expect(checks.find(({ id }) => id === 'gpus')).toMatchObject({
      passed: false,
      actual: expect.stringContaining('no /dev/nvidia0') as string,
    });
    await host.run('rm /usr/local/bin/nvidia-smi');
  });
});

describe('a lie between verification and booking', () => {
  it('is other hardware than was verified', async () => {
    await host.run(
      `sed -E 's/^(MemTotal: +)[0-9]+/\\1524288/' /proc/meminfo > /run/meminfo && mount --bind /run/meminfo /proc/meminfo`,
    );
    expect(await lookFor('facts')).toMatchObject({
      verdict: 'failed',
      actual: expect.stringContaining('0.5 GiB of memory instead of') as string,
    });
    await host.run('umount /proc/meminfo');
  });

  it('is a python3 that answers without computing', { tags: 'deep' }, async () => {
    await host.trouble.shadowTool('python3', '#!/bin/sh\necho "python 3.13.5"; echo "0 1"; echo "1 1"\n');
    expect(await checkOf('speed_one_thread')).toMatchObject({
      verdict: 'failed',
      actual: 'no valid proof: an answer is wrong',
    });
  });

  it('is a machine that was made slower', async () => {
    // python3 is a link to this one, and only the link is in somebody else's hands.
    const real = (await host.run('readlink -f /usr/bin/python3')).stdout.trim();
    await host.trouble.shadowTool('python3', `#!/bin/sh\nsleep 1\nexec ${real} "$@"\n`);
    // Noise makes it slower still, so the limit can be a strict one here.
    const { checks } = await handOver({}, { tolerance: { ratioMin: 0.6, ratioMax: 20 }, triesMax: 1 });
    expect(checks.find(({ id }) => id === 'speed_one_thread')).toMatchObject({
      verdict: 'failed',
      actual: expect.stringMatching(/squarings\/s \(\d+ %\), the best of 1$/) as string,
    });
  });

  it('is somebody else who runs programs or has a terminal open', async () => {
    await host.run('useradd --create-home guest');
    const stopProgram = await startOnHost('setpriv --reuid guest --clear-groups sleep 600');
    expect(await lookFor('other_people')).toMatchObject({
      verdict: 'failed',
      actual: expect.stringMatching(/^programs of other accounts: sleep \(pid \d+, uid \d+\)$/) as string,
    });
    await stopProgram();
    const stopTerminal = await startOnHost(`python3 -c 'import pty, time; pty.openpty(); time.sleep(600)'`);
    await expect
      .poll(async () => lookFor('other_people'), { timeout: 10_000 })
      .toMatchObject({
        verdict: 'failed',
        actual: 'open terminals of uid 0',
      });
    await stopTerminal();
  });

  it('is a program of somebody else that holds a GPU', { tags: 'deep' }, async () => {
    const facts = machine.facts;
    const gpu = {
      vendor: 'nvidia' as const,
      model: 'NVIDIA H100 80GB HBM3',
      uuid: 'GPU-1',
      vramBytes: 1,
      driverVersion: '550.54',
      cudaVersion: null,
      computeCapability: '9.0',
      pcieGeneration: 5,
      pcieWidth: 16,
      powerLimitWatts: 700,
      eccEnabled: true,
    };
    if (facts === null) throw new Error('The machine was verified.');
    const withGpu = { machine: { ...machine, facts: { ...facts, gpus: [gpu] } } };
    expect(await lookFor('gpu_processes', withGpu)).toMatchObject({ verdict: 'passed' });
    await host.run('touch /dev/nvidia0');
    const stop = await startOnHost('tail -f /dev/nvidia0');
    expect(await lookFor('gpu_processes', withGpu)).toMatchObject({
      verdict: 'failed',
      actual: expect.stringMatching(/^tail \(pid \d+, uid 0\)$/) as string,
    });
    await stop();
    await host.run('rm /dev/nvidia0');
  });
});

describe('what can not be measured', () => {
  it('is said, and is never passed', async () => {
    await host.trouble.hideTool('python3');
    expect(await checkOf('speed_one_thread')).toMatchObject({
      verdict: 'not_measured',
      actual: 'not measured: the machine has no python3 any more',
    });
    const { result } = await measure();
    expect(result.measurements.map(({ name }) => name)).toEqual(['one_thread', 'all_threads']);
    expect(result.parameters).toMatchObject({ proofNotMeasured: 'the machine has no python3' });
  });
});

describe('a host key that was swapped', () => {
  it('is another host key: nothing is sent', async () => {
    connected.pool.forget(connected.target.machineId);
    await host.trouble.changeHostKey();
    const before = connected.entries.filter(({ outcome }) => outcome === 'exited').length;
    await expect(handOver()).rejects.toMatchObject({ code: 'host_key_changed' });
    expect(connected.entries.filter(({ outcome }) => outcome === 'exited')).toHaveLength(before);
  });
});
