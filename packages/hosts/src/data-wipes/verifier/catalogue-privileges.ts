import { readOnly } from '../../ssh/command-template.ts';
import { LOCAL_MOUNTS } from './catalogue-files.ts';
import { AWK_WORKS, FIND_WORKS, GREP_WORKS } from './proven-tools.ts';

/**
 * Programs that run with another's rights and whose inode changed since the booking began (inode(7): a renter cannot set that time).
 * The machine's own clock counts back the booking's age, so that it may be off. A provider's own update of such a program is found
 * as well: without a list from before nobody can tell the two apart.
 */
export const setuidFiles = readOnly(
  `elapsed={elapsedSeconds}
${LOCAL_MOUNTS}since=$(($(date +%s) - elapsed))
printf '%s\\n' "$mounts" | while IFS= read -r mount; do
  mount=$(printf '%b' "$mount")
  if [ "$(find -P "$mount" -maxdepth 0 -printf seen)" != seen ]; then echo "$mount cannot be searched"; fi
  find -P "$mount" -xdev -type f -perm /6000 -newerct "@$since" -printf 'found %p %m %U:%G\\n'
done | head -n 400
echo looked`,
  { timeoutMs: 900_000 },
);

/**
 * Files of /etc that give rights or have something run, changed since the booking began. What Debian's package database vouches for, content
 * and all, is a note. The account files and sshd_config are changed by every booking; what they say of the account is other checks' work.
 */
export const etcChanges = readOnly(
  `exec 2>&1; elapsed={elapsedSeconds}
${FIND_WORKS}${GREP_WORKS}since=$(($(date +%s) - elapsed))
for place in /etc/sudoers /etc/sudoers.d /etc/doas.conf /etc/polkit-1 /etc/pam.d /etc/pam.conf /etc/security /etc/nsswitch.conf /etc/ssh /etc/crontab \\
  /etc/anacrontab /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly /etc/systemd /etc/init.d /etc/rc.local /etc/udev \\
  /etc/profile /etc/profile.d /etc/bash.bashrc /etc/environment /etc/ld.so.preload /etc/ld.so.conf /etc/ld.so.conf.d /etc/modules-load.d /etc/tmpfiles.d; do
  if [ -e "$place" ]; then
    find -P "$place" \\( -type f -o -type l \\) -newerct "@$since" ! -path /etc/ssh/sshd_config -print
  fi
done | while IFS= read -r file; do
  hash=$(md5sum < "$file" | cut -d ' ' -f 1)
  if grep -qsxF -e " $file $hash" /var/lib/dpkg/status; then echo "note $file was changed by its package"
  else echo "found $file"; fi
done
echo looked`,
  { timeoutMs: 120_000 },
);

/**
 * What computes on a GPU: NVIDIA's driver is asked through its own program, AMD's lists its processes below /sys. A process of the account
 * is found, and so is one that this machine does not show; those of others are noted.
 */
export const gpuProcesses = readOnly(
  `exec 2>&1; uid={uid}; gpus=0
${AWK_WORKS}judge() {
  case $1 in ''|*[!0-9]*) echo "no number of a process: $1"; return ;; esac
  if [ ! -e "/proc/$1/status" ]; then echo "found process $1 on a GPU, which the machine does not show"; return; fi
  awk -v uid="$uid" -v pid="$1" '
    /^Name:/ { name = $2 } /^(Uid|Gid):/ { for (i = 2; i <= 5; i++) if ($i == uid) own = 1 }
    END { if (own) print "found process " pid " " name " on a GPU"; else print "note process " pid " " name " of somebody else is on a GPU" }' "/proc/$1/status"
}
if [ -e /proc/driver/nvidia/version ] || [ -e /dev/nvidiactl ]; then
  gpus=1
  case $(nvidia-smi --query-gpu=uuid --format=csv,noheader) in
    GPU-*) nvidia-smi --query-compute-apps=pid --format=csv,noheader | while read -r pid; do judge "$pid"; done ;;
    *) echo 'nvidia-smi does not answer for the GPUs that are there' ;;
  esac
fi
if [ -e /dev/kfd ]; then
  gpus=1
  if [ ! -d /sys/class/kfd/kfd/proc ]; then echo 'the processes on the AMD GPUs cannot be seen'; fi
  for place in /sys/class/kfd/kfd/proc/*; do if [ -d "$place" ]; then judge "\${place##*/}"; fi; done
fi
if [ "$gpus" = 0 ]; then echo 'note this machine shows no GPU to its programs'; fi
echo looked`,
  { timeoutMs: 60_000 },
);
