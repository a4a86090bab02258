import { describe, expect, it } from 'vitest';
import { UnreadableFact } from './fact-reader.ts';
import { factsFingerprint } from './facts-fingerprint.ts';
import { labHost } from './lab-host.fixture.ts';
import * as other from './other-hosts.fixture.ts';
import { cpuReader } from './read-cpu.ts';
import { disksReader } from './read-disks.ts';
import { noFacts } from './read-facts.ts';
import { gpusReader } from './read-gpus.ts';
import { memoryReader } from './read-memory.ts';
import {
  containerRuntimeReader,
  initSystemReader,
  kernelReader,
  osReader,
  timeZoneReader,
  virtualizationReader,
} from './read-system.ts';

const GIB = 1_073_741_824;

describe('the CPU', () => {
  it.each([
    [
      'a lab host',
      labHost.cpu,
      { model: 'AMD EPYC', architecture: 'x86_64', sockets: 1, cores: 2, threads: 2, maxMhz: null },
    ],
    [
      'two Xeons',
      other.LSCPU_XEON,
      {
        model: 'Intel(R) Xeon(R) Platinum 8358 CPU @ 2.60GHz',
        architecture: 'x86_64',
        sockets: 2,
        cores: 64,
        threads: 128,
        maxMhz: 3400,
      },
    ],
    [
      'an ARM board',
      other.LSCPU_ARM,
      { model: 'Cortex-A55', architecture: 'aarch64', sockets: 1, cores: 4, threads: 8, maxMhz: 1800 },
    ],
    [
      'an ARM server',
      other.LSCPU_CLUSTERS,
      { model: 'Neoverse-N1', architecture: 'aarch64', sockets: 1, cores: 64, threads: 64, maxMhz: null },
    ],
    [
      'a machine without lscpu',
      other.CPUINFO,
      { model: 'Intel(R) Xeon(R) CPU E5-2620', architecture: 'x86_64', sockets: 2, cores: 4, threads: 8, maxMhz: null },
    ],
  ])('of %s', (_machine, output, expected) => {
    expect(cpuReader.parse(output)).toEqual(expected);
  });

  it.each(['', '=== lscpu\n', '=== lscpu\nCPU(s): many\n', '=== cpuinfo\n'])('is unreadable in %j', (output) => {
    expect(() => cpuReader.parse(output)).toThrow(UnreadableFact);
  });
});

describe('memory', () => {
  it('counts kibibytes', () => {
    expect(memoryReader.parse(labHost.memory)).toEqual({ totalBytes: 24_684_096 * 1024, swapBytes: 0 });
    expect(memoryReader.parse('MemTotal:  1000 kB\nSwapTotal:  500 kB\n')).toEqual({
      totalBytes: 1_024_000,
      swapBytes: 512_000,
    });
    expect(() => memoryReader.parse('')).toThrow(UnreadableFact);
  });
});

describe('disks', () => {
  it('of a lab host: the root only, and not the file that is mounted from outside', () => {
    expect(disksReader.parse(labHost.disks)).toEqual([
      {
        device: 'overlay',
        mountPoint: '/',
        fileSystem: 'overlay',
        kind: 'unknown',
        sizeBytes: 16_729_894_912,
        freeBytes: 16_704_569_344,
      },
    ]);
  });

  it('of a dedicated server: the mirror is NVMe, small and system file systems are left out', () => {
    expect(
      disksReader.parse(other.DISKS_DEDICATED).map(({ device, mountPoint, kind }) => [device, mountPoint, kind]),
    ).toEqual([
      ['/dev/md2', '/', 'nvme'],
      ['/dev/sda1', '/srv/big data', 'hdd'],
    ]);
  });

  it('over unlike disks are not called anything', () => {
    expect(disksReader.parse(other.DISKS_MIXED)).toEqual([expect.objectContaining({ kind: 'unknown' })]);
  });

  it('are read without lsblk, and not without df', () => {
    const output =
      '=== df\nFilesystem Type 1-blocks Used Available Capacity Mounted on\n/dev/vda1 ext4 2000000000 1 1999999999 1% /\n=== lsblk\n';
    expect(disksReader.parse(output)).toEqual([expect.objectContaining({ kind: 'unknown', sizeBytes: 2_000_000_000 })]);
    expect(() => disksReader.parse('=== df\n=== lsblk\n{}')).toThrow(UnreadableFact);
  });
});

describe('GPUs', () => {
  it('are none on a lab host', () => {
    expect(gpusReader.parse(labHost.gpus)).toEqual([]);
  });

  it('of NVIDIA are read exactly', () => {
    const gpus = gpusReader.parse(other.GPUS_H100);
    expect(gpus).toHaveLength(2);
    expect(gpus[0]).toEqual({
      vendor: 'nvidia',
      model: 'NVIDIA H100 80GB HBM3',
      uuid: 'GPU-5c1f7a52-6c7e-6f5b-2f0e-0a2f5a1b7c11',
      vramBytes: 81_559 * 1_048_576,
      driverVersion: '550.54.15',
      cudaVersion: '12.4',
      computeCapability: '9.0',
      pcieGeneration: 5,
      pcieWidth: 16,
      powerLimitWatts: 700,
      eccEnabled: true,
    });
  });

  it('with an old driver have nulls where it says nothing', () => {
    expect(gpusReader.parse(other.GPUS_OLD_DRIVER)).toEqual([
      expect.objectContaining({
        computeCapability: null,
        powerLimitWatts: null,
        eccEnabled: null,
        cudaVersion: '11.4',
      }),
    ]);
  });

  it('of NVIDIA tell their slot, their clocks and what holds them back, under several drivers', () => {
    expect(gpusReader.parse(other.GPUS_A100_THROTTLED)).toEqual([
      expect.objectContaining({
        model: 'NVIDIA A100-SXM4-80GB',
        pciDeviceId: '0x20B210DE',
        pcieWidth: 16,
        pcieGenerationNow: 4,
        pcieWidthNow: 8,
        powerLimitWatts: 300,
        powerLimitMaxWatts: 400,
        clockMaxMhz: 1410,
        memoryClockMaxMhz: 1593,
        throttleReasons: ['power_cap', 'hardware_thermal'],
      }),
    ]);
    expect(gpusReader.parse(other.GPUS_470_DETAILS)).toEqual([
      expect.objectContaining({ powerLimitMaxWatts: null, clockMaxMhz: 1911, throttleReasons: [] }),
    ]);
  });

  it.each([
    ['a driver that knows none of it', ''],
    ['a line that was cut', '=== nvidia-more\nGPU-11111111-2222-3333-4444-555555555555, 0x20B210DE, 4\n'],
    ['another GPU', '=== nvidia-more\nGPU-9, 0x20B210DE, 4, 8, 400.00, 1410, 1593, 0x4\n'],
  ])('of NVIDIA stay what they are with %s', (_case, section) => {
    const [head = '', tail = ''] = other.GPUS_A100_THROTTLED.split(/=== nvidia-more\n.*\n/);
    const [gpu] = gpusReader.parse(`${head}${section}${tail}`);
    expect(gpu).toMatchObject({ model: 'NVIDIA A100-SXM4-80GB', pcieWidth: 16 });
    expect(gpu?.pcieWidthNow).toBeUndefined();
  });

  it('of AMD are named by rocm-smi, of two versions', () => {
    expect(gpusReader.parse(other.GPUS_ROCM_6)).toEqual([
      expect.objectContaining({
        vendor: 'amd',
        model: 'AMD INSTINCT MI250 (MCM) OAM AC MBA',
        uuid: '0x9f2d1a7c3b5e6f01',
        vramBytes: 68_702_699_520,
        driverVersion: '6.7.0',
      }),
    ]);
    expect(gpusReader.parse(other.GPUS_ROCM_5)).toEqual([
      expect.objectContaining({ model: 'Radeon RX 6800 XT', uuid: null, vramBytes: 17_163_091_968 }),
    ]);
  });

  it('of AMD fall back to their vendor where rocm-smi prints nothing of use', () => {
    const broken = other.GPUS_ROCM_5.replace(/\{"card0".*/, 'ERROR: no devices');
    expect(gpusReader.parse(broken)).toEqual([expect.objectContaining({ model: 'PCI device 1002:73bf' })]);
  });

  it('whose driver fails are unreadable, with what nvidia-smi said', () => {
    expect(() => gpusReader.parse(other.GPUS_DRIVER_BROKEN)).toThrow(/couldn't communicate with the NVIDIA driver/);
  });

  it('of other vendors are known by vendor alone, without the management controller’s screen', () => {
    expect(gpusReader.parse(other.GPUS_PCI_ONLY)).toEqual([
      expect.objectContaining({ vendor: 'amd', model: 'PCI device 1002:74a1', vramBytes: null }),
    ]);
  });
});

describe('the system', () => {
  it('of a lab host', () => {
    expect(osReader.parse(labHost.os)).toEqual({
      id: 'debian',
      versionId: '12',
      prettyName: 'Debian GNU/Linux 12 (bookworm)',
      family: ['debian'],
    });
    expect(kernelReader.parse(labHost.kernel)).toBe('Linux 6.18.44-fc-v595');
    expect(virtualizationReader.parse(labHost.virtualization)).toBe('systemd-nspawn');
    expect(initSystemReader.parse(labHost.initSystem)).toBe('systemd');
    expect(timeZoneReader.parse(labHost.timeZone)).toBe('Etc/UTC');
    expect(containerRuntimeReader.parse(labHost.containerRuntime)).toBeNull();
  });

  it('of other families', () => {
    expect(osReader.parse(other.OS_UBUNTU)).toMatchObject({
      id: 'ubuntu',
      versionId: '24.04',
      family: ['ubuntu', 'debian'],
    });
    expect(osReader.parse(other.OS_ROCKY)).toMatchObject({
      prettyName: 'Rocky Linux 9.4 (Blue Onyx)',
      family: ['rocky', 'rhel', 'centos', 'fedora'],
    });
    expect(() => osReader.parse('NAME=x\n')).toThrow(UnreadableFact);
  });

  it('prefers podman, and knows docker', () => {
    expect(containerRuntimeReader.parse('podman version 4.3.1\nDocker version 27.3.1, build ce12230\n')).toEqual({
      name: 'podman',
      version: '4.3.1',
    });
    expect(containerRuntimeReader.parse('Docker version 27.3.1, build ce12230\n')).toEqual({
      name: 'docker',
      version: '27.3.1',
    });
  });

  it.each([
    ['=== link\n../usr/share/zoneinfo/Europe/Berlin\n=== file\nEtc/UTC\n', 'Europe/Berlin'],
    ['=== link\n=== file\nAmerica/New_York\n', 'America/New_York'],
    ['=== link\n=== file\n', 'UTC'],
  ])('time zone in %j is %s', (output, zone) => {
    expect(timeZoneReader.parse(output)).toBe(zone);
  });

  it('says none for bare metal', () => {
    expect(virtualizationReader.parse('none\n')).toBe('none');
    expect(() => virtualizationReader.parse('')).toThrow(UnreadableFact);
  });
});

describe('the facts’ fingerprint', () => {
  const facts = {
    cpu: cpuReader.parse(other.LSCPU_XEON),
    memory: { totalBytes: 15.5 * GIB, swapBytes: 0 },
    disks: disksReader.parse(other.DISKS_DEDICATED),
    gpus: gpusReader.parse(other.GPUS_H100),
    virtualization: 'none',
  };
  const fingerprint = factsFingerprint(facts);

  it('stays when only what changes by itself has changed', () => {
    const later = {
      ...facts,
      memory: { totalBytes: 15.5 * GIB - 4_000_000, swapBytes: GIB },
      disks: facts.disks
        .map((disk) => ({ ...disk, freeBytes: 1, device: disk.device.replace('sda', 'sdb') }))
        .toReversed(),
      gpus: facts.gpus.map((gpu) => ({ ...gpu, driverVersion: '580.1', cudaVersion: '13.0' })).toReversed(),
    };
    expect(factsFingerprint(later)).toBe(fingerprint);
  });

  it.each([
    ['a GPU is gone', { gpus: facts.gpus.slice(1) }],
    ['a GPU was exchanged', { gpus: facts.gpus.map((gpu) => ({ ...gpu, uuid: 'GPU-other' })) }],
    ['memory is gone', { memory: { totalBytes: 7.5 * GIB, swapBytes: 0 } }],
    ['the CPU is another', { cpu: { ...facts.cpu, model: 'other' } }],
    ['a disk is gone', { disks: facts.disks.slice(0, 1) }],
    ['it became virtual', { virtualization: 'kvm' }],
    ['the GPUs can’t be read any more', { gpus: null }],
  ])('changes when %s', (_what, change) => {
    expect(factsFingerprint({ ...facts, ...change })).not.toBe(fingerprint);
  });

  it('is there for a machine that could not be asked', () => {
    expect(noFacts('no login')).toMatchObject({
      cpu: null,
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });
});
