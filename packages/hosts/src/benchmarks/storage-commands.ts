import { command, readOnly } from '../ssh/command-template.ts';

/**
 * The only place where the storage benchmark writes: a folder of its own, made by root in /var/tmp and refused when it is
 * anything but a folder that we just made. Exit status 4: not enough space, which is printed in KiB.
 */
export const makeFolder = command(
  `set -eu
umask 077
dir=/var/tmp/rsm-benchmark-{runId}
rm -rf -- "$dir"
mkdir -m 700 -- "$dir"
free=$(df -P -k "$dir" | awk 'NR == 2 { print $4 }')
if [ "$free" -lt {neededKib} ]; then
  rmdir -- "$dir"
  echo "$free"
  exit 4
fi`,
  { expectedExitCodes: [0, 4] },
);

export const removeFolder = command('rm -rf -- /var/tmp/rsm-benchmark-{runId}', { timeoutMs: 60_000 });

/**
 * Fills the file once, so that reads find data and writes find blocks. The name is fixed: never a device. `--thread`,
 * because fio's processes are sessions of their own, which would run on when the command is ended.
 */
export const fillFile = command(
  'cd /var/tmp/rsm-benchmark-{runId} && exec fio --name=fill --filename=data --size={sizeBytes} --rw=write --bs=1M --ioengine=libaio --thread --iodepth=8 --direct={direct} --end_fsync=1 --output-format=json',
);

export const measureFile = command(
  'cd /var/tmp/rsm-benchmark-{runId} && [ -f data ] && exec fio --name=measure --filename=data --size={sizeBytes} --rw={mode} --bs={blockSize} --iodepth={depth} --ioengine=libaio --thread --direct={direct} --time_based --runtime={seconds} --randrepeat=0 --group_reporting --output-format=json',
  { timeoutMs: 180_000, maxOutputBytes: 1_048_576 },
);

/** What the folder lies on, for the parameters of the result. */
export const fileSystemOfFolder = readOnly("df -P -T /var/tmp/rsm-benchmark-{runId} | awk 'NR == 2 { print $2 }'");
