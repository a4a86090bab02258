import { describe, expect, it } from 'vitest';
import { noFacts } from '../machines/facts/read-facts.ts';
import { parseForeignLook, type ForeignLook } from './foreign-look.ts';
import { judgeFacts } from './judge-facts.ts';
import { judgeGpuProcesses, judgePeople } from './judge-foreign.ts';
import { judgeSpeed, SPEED_TOLERANCE, type SpeedFinding } from './judge-speed.ts';

const RENTER = 200_007;
const LOOK = `=== own
1001
tty 34819
=== processes
0 1 S systemd
1001 80 S sshd-session
200007 90 R python3
=== terminals
200007 /dev/pts/0
0 /dev/pts/3
=== gpu-holders
/proc/90/fd/5
=== gpu-apps
90
=== looked
`;

function look(change: Partial<ForeignLook> = {}): ForeignLook {
  const parsed = parseForeignLook(LOOK);
  if (parsed === null) throw new Error('The look is whole.');
  return { ...parsed, ...change };
}

describe('looking around on a machine', () => {
  it('reads who is there, and leaves our own login and its terminal out', () => {
    expect(look()).toEqual({
      processes: [
        { uid: 0, pid: 1, name: 'systemd' },
        { uid: 1_001, pid: 80, name: 'sshd-session' },
        { uid: 200_007, pid: 90, name: 'python3' },
      ],
      terminalUids: [RENTER],
      insideUids: [],
      gpuPids: [90],
      ownUid: 1_001,
      gpuAppsRead: true,
    });
  });

  it.each([
    ['nothing', ''],
    ['an end', LOOK.replace('=== looked\n', '')],
    ['a first process', LOOK.replace('0 1 S systemd\n', '')],
  ])('has not looked without %s', (_name, output) => {
    expect(parseForeignLook(output)).toBeNull();
    expect(judgePeople(null, RENTER).verdict).toBe('not_measured');
    expect(judgeGpuProcesses(null, null, RENTER)?.verdict).toBe('not_measured');
  });

  it('knows everybody in the renter’s container as the renter, by the numbers that they have outside', () => {
    const inside = LOOK.replace(
      '=== terminals',
      '2000000000 95 S sh\n2000000999 96 R postgres\n=== inside\n         0 2000000000      65536\n=== terminals',
    );
    const seen = parseForeignLook(inside);
    expect(seen?.insideUids).toEqual([{ first: 2_000_000_000, count: 65_536 }]);
    expect(judgePeople(seen && { ...seen, terminalUids: [] }, RENTER).verdict).toBe('passed');
    const notRemapped = parseForeignLook(inside.replace('0 2000000000      65536', '0          0 4294967295'));
    expect(notRemapped?.insideUids).toEqual([]);
    expect(judgePeople(notRemapped, RENTER).verdict).toBe('failed');
  });

  it.each<[string, { readonly uid: number; readonly name?: string; readonly state?: string }, string]>([
    ['the renter', { uid: RENTER }, 'passed'],
    ['a service', { uid: 105 }, 'passed'],
    ['nobody', { uid: 65_534 }, 'passed'],
    ['a user that systemd made for a service', { uid: 62_000 }, 'passed'],
    ['our own login', { uid: 1_001 }, 'passed'],
    ['a person', { uid: 1_000 }, 'failed'],
    ['an earlier renter', { uid: 200_006 }, 'failed'],
    ['a container of somebody without root', { uid: 100_000 }, 'failed'],
    ['a container that is not his', { uid: 2_000_000_000 }, 'failed'],
  ])('judges programs of %s', (_name, { uid }, verdict) => {
    const processes = [...look().processes, { uid, pid: 77, name: 'miner' }];
    expect(judgePeople(look({ processes }), RENTER).verdict).toBe(verdict);
  });

  it('takes a terminal of root for a login of somebody', () => {
    expect(judgePeople(look({ terminalUids: [0] }), RENTER)).toMatchObject({
      verdict: 'failed',
      actual: 'open terminals of uid 0',
    });
  });
});

describe('programs that hold a GPU', () => {
  const gpus = [{ ...gpuOf('NVIDIA L4') }];

  it.each<[string, Partial<ForeignLook>, string | undefined]>([
    ['the renter’s', {}, 'passed'],
    ['the driver’s own services', { processes: [{ uid: 0, pid: 90, name: 'nvidia-persiste' }] }, 'passed'],
    ['somebody else’s', { processes: [{ uid: 0, pid: 90, name: 'miner' }] }, 'failed'],
    ['one that the list of processes hides', { processes: [{ uid: 0, pid: 1, name: 'systemd' }] }, 'failed'],
    ['unknown ones, because the driver’s tool failed', { gpuAppsRead: false }, 'not_measured'],
  ])('are %s', (_name, change, verdict) => {
    expect(judgeGpuProcesses(look(change), gpus, RENTER)?.verdict).toBe(verdict);
  });

  it('are not asked for where there is no GPU', () => {
    expect(judgeGpuProcesses(look(), [], RENTER)).toBeNull();
  });
});

describe('the facts of a handover', () => {
  const listed = {
    ...noFacts('not asked'),
    memory: { totalBytes: 8 * 1_073_741_824, swapBytes: 0 },
    gpus: [gpuOf('NVIDIA L4')],
  };

  it('pass when the fingerprint is the listed one', () => {
    expect(judgeFacts(listed, listed)).toMatchObject({ verdict: 'passed', actual: 'as listed' });
  });

  it('name what changed', () => {
    const found = { ...listed, gpus: [], fingerprint: 'a'.repeat(64) };
    expect(judgeFacts(listed, found)).toMatchObject({ verdict: 'failed', actual: 'no GPU instead of NVIDIA L4 GPU-1' });
  });

  it('are not measured when they could not be read this time, or were never known', () => {
    const found = { ...listed, memory: null, fingerprint: 'a'.repeat(64) };
    expect(judgeFacts(listed, found)).toMatchObject({ verdict: 'not_measured', actual: 'could not be read: memory' });
    expect(judgeFacts(null, listed)).toMatchObject({ verdict: 'not_measured' });
  });
});

describe('the speed of a handover', () => {
  const expected = { squaringsPerSecond: 100_000, python: '3.13.5' };
  const measured = (best: number, python = '3.13.5'): SpeedFinding => ({ kind: 'measured', best, runs: 3, python });

  it.each<[string, SpeedFinding, boolean, string]>([
    ['as measured', measured(100_000), false, 'passed'],
    ['at the lower limit', measured(100_000 * SPEED_TOLERANCE.ratioMin), false, 'passed'],
    ['too slow', measured(69_999), false, 'failed'],
    ['too slow while the renter computes', measured(69_999), true, 'not_measured'],
    ['at the upper limit', measured(100_000 * SPEED_TOLERANCE.ratioMax), false, 'passed'],
    ['faster than the machine can be', measured(400_001), false, 'failed'],
    ['faster than the machine can be while the renter computes', measured(400_001), true, 'failed'],
    ['of another Python', measured(100_000, '3.14.0'), false, 'not_measured'],
    ['too slow with another Python', measured(10, '3.14.0'), false, 'not_measured'],
    ['a wrong answer', { kind: 'wrong', detail: 'an answer is wrong' }, true, 'failed'],
    ['not measured', { kind: 'not_measured', reason: 'the machine has no python3' }, false, 'not_measured'],
  ])('%s', (_name, finding, renterIsBusy, verdict) => {
    const options = { tolerance: SPEED_TOLERANCE, renterIsBusy };
    expect(judgeSpeed('speed_one_thread', finding, expected, options).verdict).toBe(verdict);
  });

  it('says what was found and what would have been enough', () => {
    expect(
      judgeSpeed('speed_all_threads', measured(69_999), expected, { tolerance: SPEED_TOLERANCE, renterIsBusy: false }),
    ).toEqual({
      id: 'speed_all_threads',
      actual: '69,999 squarings/s (70 %), the best of 3',
      required: '70 % to 400 % of the speed measured for the listing, which was 100,000 squarings/s',
      verdict: 'failed',
    });
  });
});

function gpuOf(model: string) {
  return {
    vendor: 'nvidia' as const,
    model,
    uuid: 'GPU-1',
    vramBytes: null,
    driverVersion: '550.54',
    cudaVersion: null,
    computeCapability: null,
    pcieGeneration: null,
    pcieWidth: null,
    powerLimitWatts: null,
    eccEnabled: null,
  };
}
