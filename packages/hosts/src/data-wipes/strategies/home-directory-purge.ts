import type { BookingTraces, DataWipeStrategy } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { WipeStep } from '@rsm/domain/data-wipes/data-wipe';
import type { Machine } from '@rsm/domain/machines/machine';
import { command } from '../../ssh/command-template.ts';
import { StepRunner, type StepContext } from '../run-step.ts';

/** User mounts (FUSE, with the uid in their options) and whatever is mounted below the home would keep it from being removed. */
const unmount = command(
  `account={account}; uid={uid}
awk -v home="/home/$account" -v uid="$uid" '
  index($5, home "/") == 1 || $5 == home || $0 ~ "(^|,| )user_id=" uid "(,|$)" { print $5 }' /proc/self/mountinfo |
  sort -r | while IFS= read -r mount; do umount -l "$(printf '%b' "$mount")" || exit 1; done`,
  { timeoutMs: 60_000 },
);

/** rm(1) follows no link below the home and, with this option, enters no other file system. */
export const removeHome = command(
  `account={account}
rm -rf --one-file-system "/home/$account" "/home/.$account.new"
if [ -e "/home/$account" ] || [ -L "/home/$account" ]; then exit 1; fi`,
  { timeoutMs: 900_000 },
);

/** What systemd keeps for a user: the manager, the runtime directory, lingering, his part of the journal, his core dumps. */
export const removeSystemdTraces = command(
  `account={account}; uid={uid}
rm -f "/var/lib/systemd/linger/$account"
if [ -d /run/systemd/system ]; then
  systemctl stop "user@$uid.service" "user-runtime-dir@$uid.service" 2>/dev/null
  if ls /var/log/journal/*/user-$uid*.journal >/dev/null 2>&1; then journalctl --rotate && rm -f /var/log/journal/*/user-$uid*.journal; fi
fi
umount -l "/run/user/$uid" 2>/dev/null
rm -rf --one-file-system "/run/user/$uid" || exit
for place in /var/lib/systemd/coredump /var/crash; do
  if [ -d "$place" ]; then find "$place" -type f \\( -name "core.*.$uid.*" -o -name "*.$uid.crash" \\) -delete || exit; fi
done`,
  { timeoutMs: 120_000 },
);

export const removeSpools = command(
  `account={account}; uid={uid}
rm -f "/var/spool/cron/crontabs/$account" "/var/spool/cron/$account" "/var/mail/$account" "/var/spool/mail/$account" || exit
rm -rf "/run/sudo/ts/$account" "/var/lib/sudo/ts/$account" "/var/lib/sudo/lectured/$account"
for spool in /var/spool/cron/atjobs /var/spool/cron/atspool /var/spool/at; do
  if [ -d "$spool" ]; then find "$spool" -type f -uid "$uid" -delete || exit; fi
done`,
);

/** System V memory, semaphores and queues outlive processes (sysvipc(7)). The POSIX ones are files of /dev/shm and /dev/mqueue. */
const removeSharedMemory = command(
  `uid={uid}; failed=0
remove() {
  if [ ! -r "/proc/sysvipc/$1" ]; then echo "/proc/sysvipc/$1 cannot be read" >&2; failed=1; return; fi
  for id in $(awk -v uid="$uid" -v owner="$2" -v maker="$3" 'NR > 1 && ($owner == uid || $maker == uid) { print $2 }' "/proc/sysvipc/$1"); do
    ipcrm "$4" "$id" || failed=1
  done
}
remove shm 8 10 -m
remove sem 5 7 -s
remove msg 8 10 -q
exit "$failed"`,
);

/**
 * Everything that belongs to the uid on every local file system. What can't be removed because somebody else's files lie in it is
 * given to root; a file of somebody else that only carries the group loses that. Network file systems are not touched.
 */
export const removeFilesByOwner = command(
  `account={account}; uid={uid}
owner=$(getent passwd "$uid" | cut -d: -f1)
if [ "$uid" -lt 1000 ] || [ "\${owner:-$account}" != "$account" ]; then echo "the uid belongs to somebody else" >&2; exit 64; fi
mounts=$(awk '{
    for (i = 7; i < NF && $i != "-"; i++);
    network = $(i + 1) ~ /^(nfs4?|cifs|smb3|smbfs|ceph|9p|afs|glusterfs|lustre|fuse|fuse[.].*)$/
    pseudo = $(i + 1) ~ /^(proc|sysfs|cgroup2?|devpts|debugfs|tracefs|securityfs|pstore|bpf|configfs|fusectl|autofs|binfmt_misc|efivarfs|rpc_pipefs|nsfs|selinuxfs)$/
    if (!network && !pseudo && !seen[$3 " " $4]++) print $5
  }' /proc/self/mountinfo)
set -f; set -- $mounts; set +f
if [ "$#" -eq 0 ]; then echo "the list of file systems is empty" >&2; exit 1; fi
for mount in "$@"; do
  case $mount in *\\\\*) mount=$(printf '%b' "$mount") ;; esac
  shift; set -- "$@" "$mount"
done
find -P "$@" -xdev -depth \\( -uid "$uid" \\( -delete -o -exec chown -h 0:0 {} + \\) -o -gid "$uid" -exec chgrp -h 0 {} + \\) 2>/dev/null
left=$(find -P "$@" -xdev \\( -uid "$uid" -o -gid "$uid" \\) -print -quit)
if [ -n "$left" ]; then echo "something is left: $left" >&2; exit 1; fi`,
  { timeoutMs: 900_000 },
);

/** Removes the home and everything else on the machine that belongs to the account. */
export class HomeDirectoryPurge implements DataWipeStrategy {
  readonly kind = 'home_directory_purge';
  readonly #context: StepContext;

  constructor(context: StepContext) {
    this.#context = context;
  }

  async execute(_machine: Machine, booking: BookingTraces): Promise<readonly WipeStep[]> {
    const steps = new StepRunner(this.#context, this.kind);
    const { accountName: account, uid } = booking;
    await steps.run('unmount what the account mounted', unmount, { account, uid });
    await steps.run('remove the home', removeHome, { account });
    await steps.run('remove what systemd keeps for the account', removeSystemdTraces, { account, uid });
    await steps.run('remove cron and at jobs and mail', removeSpools, { account, uid });
    await steps.run('remove shared memory, semaphores and queues', removeSharedMemory, { uid });
    await steps.run('remove files by owner on every local file system', removeFilesByOwner, { account, uid });
    return steps.steps;
  }
}
