import { describe, expect, it } from 'vitest';
import { labHost } from '../facts/lab-host.fixture.ts';
import { noFacts } from '../facts/read-facts.ts';
import { clockOffsetSeconds } from '../inspector.ts';
import { judgeMachine, type CheckInput } from './machine-checks.ts';
import { parseObservation } from './machine-observation.ts';

const GIB = 1_073_741_824;

const good: CheckInput = {
  facts: {
    ...noFacts('not asked'),
    os: { id: 'ubuntu', versionId: '24.04', prettyName: 'Ubuntu 24.04.1 LTS' },
    kernel: 'Linux 6.8.0-45-generic',
    memory: { totalBytes: 16 * GIB, swapBytes: 0 },
    disks: [
      {
        device: '/dev/vda1',
        mountPoint: '/',
        fileSystem: 'ext4',
        kind: 'virtual',
        sizeBytes: 100 * GIB,
        freeBytes: 50 * GIB,
      },
    ],
  },
  osFamily: ['ubuntu', 'debian'],
  observation: parseObservation(labHost.observation),
  clockOffsetSeconds: 0.4,
  serverSoftware: 'OpenSSH_9.6p1',
  fence: { stands: true, said: '' },
};

const claimedGpu = {
  vendor: 'nvidia' as const,
  model: 'NVIDIA L4',
  uuid: 'GPU-1',
  vramBytes: 24 * GIB,
  driverVersion: '550.54',
  cudaVersion: null,
  computeCapability: '8.9',
  pcieGeneration: 4,
  pcieWidth: 16,
  powerLimitWatts: 72,
  eccEnabled: true,
};

function failedChecks(change: Partial<CheckInput>) {
  return judgeMachine({ ...good, ...change }).filter((check) => !check.passed);
}

describe('the checks of a machine', () => {
  it('all pass on a good machine, and none of them shows a remedy', () => {
    const checks = judgeMachine(good);
    expect(checks).toHaveLength(12);
    expect(checks.every((check) => check.passed && check.remedy === null)).toBe(true);
    expect(new Set(checks.map((check) => check.id)).size).toBe(checks.length);
  });

  it.each([
    ['os', 'another family', { osFamily: ['rocky', 'rhel'] }],
    ['kernel', 'an old kernel', { facts: { ...good.facts, kernel: 'Linux 4.19.0-27-amd64' } }],
    ['kernel', 'a kernel that could not be read', { facts: { ...good.facts, kernel: null } }],
    ['scheduler', 'neither systemd nor cron', { observation: { ...good.observation, schedulers: [] } }],
    ['sshd_version', 'an old sshd', { serverSoftware: 'OpenSSH_7.9p1 Debian-10' }],
    ['sshd_version', 'another SSH server', { serverSoftware: 'dropbear_2022.83' }],
    [
      'sshd_drop_ins',
      'an sshd_config without Include',
      { observation: { ...good.observation, includesDropIns: false } },
    ],
    ['tools', 'missing tools', { observation: { ...good.observation, missingTools: ['useradd'] } }],
    ['writable', 'a read-only root', { observation: { ...good.observation, readOnlyPlaces: ['/etc'] } }],
    [
      'disk',
      'a full disk',
      {
        facts: {
          ...good.facts,
          disks: [
            {
              device: '/dev/vda1',
              mountPoint: '/',
              fileSystem: 'ext4',
              kind: 'virtual' as const,
              sizeBytes: 100 * GIB,
              freeBytes: GIB,
            },
          ],
        },
      },
    ],
    ['disk', 'disks that could not be read', { facts: { ...good.facts, disks: null } }],
    ['memory', 'little memory', { facts: { ...good.facts, memory: { totalBytes: GIB / 4, swapBytes: 0 } } }],
    ['network_fence', 'no nft', { fence: { stands: false, said: 'nft is not there\n' } }],
    ['gpus', 'a GPU that only nvidia-smi knows', { facts: { ...good.facts, gpus: [claimedGpu] } }],
    [
      'gpus',
      'fewer GPUs on the PCI bus than nvidia-smi tells of',
      {
        facts: { ...good.facts, gpus: [claimedGpu, claimedGpu] },
        observation: { ...good.observation, nvidia: { pciDevices: 1, hasDevice: true, hasDriver: true } },
      },
    ],
    ['clock', 'a clock that is ahead', { clockOffsetSeconds: 61 }],
    ['clock', 'a clock that is behind', { clockOffsetSeconds: -5.5 }],
  ])('%s fails for %s, with actual, required and remedy', (id, _case, change) => {
    const failed = failedChecks(change);
    expect(failed.map((check) => check.id)).toEqual([id]);
    expect(failed[0]?.remedy).toBeTruthy();
    expect(failed[0]?.actual).not.toBe(failed[0]?.required);
  });

  it('compare versions as numbers', () => {
    expect(failedChecks({ serverSoftware: 'OpenSSH_10.0p2' })).toEqual([]);
    expect(failedChecks({ facts: { ...good.facts, kernel: 'Linux 5.9.0' } })).toHaveLength(1);
  });
});

describe('the clock’s offset', () => {
  it('is the least one that fits what was seen', () => {
    expect(clockOffsetSeconds(1_000, 1_000_200, 1_000_300)).toBe(0);
    expect(clockOffsetSeconds(1_000, 1_000_900, 1_004_900)).toBe(0);
    expect(clockOffsetSeconds(1_010, 1_000_000, 1_001_000)).toBe(9);
    expect(clockOffsetSeconds(990, 1_000_000, 1_001_000)).toBe(-9);
  });
});
