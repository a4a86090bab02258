import { readOnly } from '../../ssh/command-template.ts';
import { LOCAL_MOUNTS } from './catalogue-files.ts';
import { AWK_WORKS, GREP_WORKS, SHA256_WORKS } from './proven-tools.ts';

/**
 * Programs that run with another's rights anywhere on local file systems, and every file and link of /etc: its kind, mode, owner, a link's target,
 * its hash, and whether its inode changed since the booking began (inode(7): nobody without root can set that time; the machine's own
 * clock counts back the booking's age, so that it may be off). Of sshd_config blank lines do not count: our own lines come and go there.
 */
export const privilegedFiles = readOnly(
  `elapsed={elapsedSeconds}
${LOCAL_MOUNTS}${SHA256_WORKS}since=$(($(date +%s) - elapsed)); main=/etc/ssh/sshd_config
search -P /etc -xdev \\( -type f -o -type l \\) \\( -newerct "@$since" -printf new -o -printf old \\) -printf ' etc %y %m %U:%G\\t%l\\t%p\\n'
search -P /etc -xdev -type f ! -path "$main" -exec sha256sum {} +
if [ -f "$main" ]; then echo "$(grep . "$main" | sha256sum | cut -c 1-64)  $main"; fi
search -P "$@" -xdev -type f -perm /6000 \\( -newerct "@$since" -printf new -o -printf old \\) -printf ' setuid %y %m %U:%G\\t\\t%p\\n' -exec sha256sum {} +
echo listed`,
  { timeoutMs: 900_000, maxOutputBytes: 8 * 1024 * 1024 },
);

/** Which of the files on standard input Debian's package database vouches for as they are now, content and all (dpkg-query(1)). */
export const vouchedFiles = readOnly(
  `exec 2>&1
${GREP_WORKS}while IFS= read -r file; do
  if [ ! -f "$file" ] || [ -L "$file" ]; then continue; fi
  hash=$(md5sum < "$file" | cut -d ' ' -f 1)
  if grep -qsxF -e " $file $hash" /var/lib/dpkg/status; then echo "vouched $file"
  elif grep -qsxF -e "$hash  \${file#/}" -e "$hash  \${file#/usr/}" /var/lib/dpkg/info/*.md5sums; then echo "vouched $file"; fi
done
echo looked`,
  { stdin: 'content', timeoutMs: 120_000 },
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
