import { lastLines, runProgram, type ProgramResult } from '../processes/run-program.ts';

const probeTimeoutMs = 30_000;
/** The exit status of the script when it came as far as the loop device. */
const noLoopDevice = 3;

/** Mounts a small disk as a host does, where nobody else sees it; the loop device goes with the mount, however this ends. */
const script = `
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
truncate --size=1M "$folder/disk.img"
mkfs.ext4 -q -F -O ^has_journal "$folder/disk.img"
mkdir "$folder/disk"
mount -o loop "$folder/disk.img" "$folder/disk" || exit ${noLoopDevice}
umount "$folder/disk"`;

/**
 * Tries what lab hosts need of the kernel and of the rights this process has. Changes nothing. A container often refuses one of
 * these to its root, and building a root for minutes would find out too late.
 *
 * @returns what is refused and the way out, or `undefined` where nothing is
 */
export async function findRefusedNeed(): Promise<string | undefined> {
  const apart = ['--mount', '--propagation', 'private', '--net', '--pid', '--fork', '--kill-child=KILL'];
  const namespaces = await runProgram('unshare', [...apart, 'true'], { timeoutMs: probeTimeoutMs });
  if (namespaces.exitCode !== 0) {
    return `lab hosts need namespaces of their own, which this machine refuses (${complaintOf(namespaces)}). A container may make them when it is started with --privileged`;
  }
  const disk = await runProgram('unshare', [...apart, 'sh', '-ec', script], { timeoutMs: probeTimeoutMs });
  if (disk.exitCode === 0) return undefined;
  if (disk.exitCode === noLoopDevice) {
    return `lab hosts need loop devices, and this machine gives none (${complaintOf(disk)}). “modprobe loop” brings them; a container sees them when it is started with --privileged after that`;
  }
  return `lab hosts need disks of their own, and one could not be made (${complaintOf(disk)})`;
}

function complaintOf(result: ProgramResult): string {
  return result.timedOut ? 'no answer' : lastLines(result.stderr) || 'no message';
}
