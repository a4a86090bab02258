import type { MachineCheck } from '@rsm/domain/machines/machine';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import type { MachineObservation } from './machine-observation.ts';

/** What the checks judge: read once, judged by pure functions. */
export interface CheckInput {
  readonly facts: MachineFacts;
  readonly osFamily: readonly string[];
  readonly observation: MachineObservation;
  /** The machine's clock minus ours, in seconds; positive when the machine is ahead. */
  readonly clockOffsetSeconds: number;
  /** What the server calls itself in the SSH greeting. */
  readonly serverSoftware: string;
  /** Whether the kernel would take a table of nftables, and what was said about it. */
  readonly fence: { readonly stands: boolean; readonly said: string };
}

const GIBIBYTE = 1_073_741_824;
export const FREE_DISK_BYTES_MIN = 5 * GIBIBYTE;
export const MEMORY_BYTES_MIN = GIBIBYTE / 2;
/** The watchdog on the machine goes by the machine's clock, and renters are charged by ours. */
export const CLOCK_OFFSET_SECONDS_MAX = 5;
/** `Include` came with OpenSSH 8.2 (release notes, 2020-02-14). */
const SSHD_VERSION_MIN = [8, 2] as const;
/** Processes of a renter are counted and ended by control group (version 2, kernel 5.10 in Debian 11 and later). */
const KERNEL_VERSION_MIN = [5, 10] as const;

/** The checks of a machine that let us in, in the order in which a provider reads them. A new one is one entry. */
const checks: readonly ((input: CheckInput) => MachineCheck)[] = [
  ({ facts, osFamily }) =>
    check({
      id: 'os',
      title: 'Operating system',
      actual: facts.os?.prettyName ?? 'could not be read',
      required: 'Debian, Ubuntu or a system derived from them',
      passed: osFamily.includes('debian') || osFamily.includes('ubuntu'),
      remedy: 'Install Debian 12 or newer, or Ubuntu 22.04 or newer, and connect the machine again.',
    }),
  ({ facts }) =>
    check({
      id: 'kernel',
      title: 'Kernel',
      actual: facts.kernel ?? 'could not be read',
      required: `Linux ${KERNEL_VERSION_MIN.join('.')} or newer`,
      passed: isAtLeast(/^Linux (\d+)\.(\d+)/.exec(facts.kernel ?? ''), KERNEL_VERSION_MIN),
      remedy: 'Update the system and reboot it into the newest kernel.',
    }),
  ({ observation }) =>
    check({
      id: 'scheduler',
      title: 'Service manager',
      actual:
        observation.schedulers.length === 0
          ? 'neither systemd nor cron is running'
          : observation.schedulers.join(' and '),
      required: 'systemd or cron is running, so that access ends on the machine itself',
      passed: observation.schedulers.length > 0,
      remedy: 'Install and start cron: apt-get install cron && service cron start.',
    }),
  ({ serverSoftware }) =>
    check({
      id: 'sshd_version',
      title: 'SSH server',
      actual: serverSoftware === '' ? 'unknown' : serverSoftware,
      required: `OpenSSH ${SSHD_VERSION_MIN.join('.')} or newer`,
      passed: isAtLeast(/^OpenSSH_(\d+)\.(\d+)/.exec(serverSoftware), SSHD_VERSION_MIN),
      remedy: 'Update OpenSSH: apt-get update && apt-get install openssh-server.',
    }),
  ({ observation }) =>
    check({
      id: 'sshd_drop_ins',
      title: 'SSH server settings per account',
      actual: observation.includesDropIns
        ? 'sshd_config includes sshd_config.d'
        : 'sshd_config does not include sshd_config.d',
      required: 'sshd_config includes /etc/ssh/sshd_config.d/*.conf',
      passed: observation.includesDropIns,
      remedy: 'Put this line at the top of /etc/ssh/sshd_config: Include /etc/ssh/sshd_config.d/*.conf',
    }),
  ({ observation }) =>
    check({
      id: 'tools',
      title: 'System tools',
      actual: observation.missingTools.length === 0 ? 'all there' : `missing: ${observation.missingTools.join(', ')}`,
      required: 'the tools that make and remove accounts',
      passed: observation.missingTools.length === 0,
      remedy: 'Install them: apt-get install passwd coreutils findutils libc-bin openssh-server.',
    }),
  ({ observation }) =>
    check({
      id: 'writable',
      title: 'File systems',
      actual:
        observation.readOnlyPlaces.length === 0
          ? 'can be written'
          : `read-only: ${observation.readOnlyPlaces.join(', ')}`,
      required: '/etc, /home and /var/lib can be written',
      passed: observation.readOnlyPlaces.length === 0,
      remedy: 'Mount them read-write. If the kernel made them read-only, check the disk: dmesg, smartctl.',
    }),
  ({ facts }) => {
    const root = facts.disks?.find((disk) => disk.mountPoint === '/');
    return check({
      id: 'disk',
      title: 'Free disk space',
      actual: root === undefined ? 'could not be read' : `${gib(root.freeBytes)} GiB free on /`,
      required: `at least ${gib(FREE_DISK_BYTES_MIN)} GiB free on /`,
      passed: root !== undefined && root.freeBytes >= FREE_DISK_BYTES_MIN,
      remedy: 'Free space on the root file system.',
    });
  },
  ({ facts }) =>
    check({
      id: 'memory',
      title: 'Memory',
      actual: facts.memory === null ? 'could not be read' : `${gib(facts.memory.totalBytes)} GiB`,
      required: `at least ${gib(MEMORY_BYTES_MIN)} GiB`,
      passed: facts.memory !== null && facts.memory.totalBytes >= MEMORY_BYTES_MIN,
      remedy: 'Give the machine more memory.',
    }),
  ({ facts, observation: { nvidia } }) => {
    // Only what nvidia-smi itself told has a driver's version.
    const claimed = facts.gpus?.filter((gpu) => gpu.vendor === 'nvidia' && gpu.driverVersion !== null).length ?? 0;
    const missing = [
      ...(nvidia.pciDevices < claimed ? [`${nvidia.pciDevices} on the PCI bus`] : []),
      ...(nvidia.hasDevice ? [] : ['no /dev/nvidia0']),
      ...(nvidia.hasDriver ? [] : ['no driver in the kernel']),
    ];
    const isTrue = claimed === 0 || missing.length === 0;
    return check({
      id: 'gpus',
      title: 'GPUs',
      actual: `nvidia-smi tells of ${claimed}${isTrue ? '' : `, but there is ${missing.join(', ')}`}`,
      required: 'the kernel knows every GPU that nvidia-smi tells of',
      passed: isTrue,
      remedy: 'Install the driver of the distribution and remove any other nvidia-smi.',
    });
  },
  ({ clockOffsetSeconds }) =>
    check({
      id: 'clock',
      title: 'Clock',
      actual: clockText(clockOffsetSeconds),
      required: `within ${CLOCK_OFFSET_SECONDS_MAX} s of ours`,
      passed: Math.abs(clockOffsetSeconds) <= CLOCK_OFFSET_SECONDS_MAX,
      remedy: 'Switch time synchronisation on: timedatectl set-ntp true, or install chrony.',
    }),
  ({ fence }) =>
    check({
      id: 'network_fence',
      title: 'Network fence',
      actual: fence.stands ? 'nftables takes rules by account' : firstLineOf(fence.said),
      required: 'nftables takes rules by account, so that renters reach the internet and not your private networks',
      passed: fence.stands,
      remedy: 'Install it: apt-get install nftables. If it is there, the kernel lacks nf_tables or its conntrack part.',
    }),
];

export function judgeMachine(input: CheckInput): readonly MachineCheck[] {
  return checks.map((judge) => judge(input));
}

/** A check as the provider reads it: the remedy is there only when it is needed. */
export function check(fields: Omit<MachineCheck, 'remedy'> & { readonly remedy: string }): MachineCheck {
  return { ...fields, remedy: fields.passed ? null : fields.remedy };
}

function isAtLeast(match: RegExpExecArray | null, [major, minor]: readonly [number, number]): boolean {
  if (match === null) return false;
  const actual = [Number(match[1]), Number(match[2])] as const;
  return actual[0] > major || (actual[0] === major && actual[1] >= minor);
}

function firstLineOf(said: string): string {
  const line =
    said
      .split('\n', 1)[0]
      ?.replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, 200) ?? '';
  return line === '' ? 'nftables did not take the rules' : line;
}

function gib(bytes: number): string {
  return (bytes / GIBIBYTE).toFixed(1).replace(/\.0$/, '');
}

function clockText(offsetSeconds: number): string {
  const seconds = Math.round(Math.abs(offsetSeconds) * 10) / 10;
  if (seconds === 0) return 'the same as ours';
  return `${seconds} s ${offsetSeconds > 0 ? 'ahead of' : 'behind'} ours`;
}
