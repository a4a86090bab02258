import { readOnly } from '../../ssh/command-template.ts';
import { AWK_WORKS, FIND_GREP_AWK_SED_HEAD_WORK, FIND_GREP_SED_WORK, FIND_WORKS } from './proven-tools.ts';

/**
 * Sets the positional parameters to the mount points of all local file systems (proc_pid_mountinfo(5)), each file system once, and names
 * those that are left out because they are not local. A type that is not known here is looked at. Each of them answers a question
 * whose answer is known (its own root) before its silence counts.
 */
export const LOCAL_MOUNTS = `exec 2>&1
${FIND_GREP_AWK_SED_HEAD_WORK}table=$(awk '{
  sep = 0
  for (i = 7; i <= NF; i++) if ($i == "-") { sep = i; break }
  type = $(sep + 1)
  if (type ~ /^(proc|sysfs|cgroup|cgroup2|devpts|debugfs|tracefs|securityfs|pstore|bpf|configfs|fusectl|autofs|binfmt_misc|efivarfs|rpc_pipefs|nsfs|selinuxfs)$/) next
  if (type ~ /^(nfs|nfs4|cifs|smb3|smbfs|ceph|9p|afs|glusterfs|lustre)$/ || type ~ /^fuse([.]|$)/) print "skipped " $5 " " type
  else if (!(($3, $4) in once)) { once[$3, $4] = 1; print "local " $5 }
}' /proc/self/mountinfo)
printf '%s\\n' "$table" | grep '^skipped '
mounts=$(printf '%s\\n' "$table" | sed -n 's/^local //p')
if ! printf '%s\\n' "$mounts" | grep -qxF /; then echo 'the list of file systems has no root'; fi
set -f; set -- $mounts; set +f
for mount in "$@"; do
  case $mount in *\\\\*) mount=$(printf '%b' "$mount") ;; esac
  shift; set -- "$@" "$mount"
done
if [ "$(find -P "$@" -maxdepth 0 -printf '%p\\n')" != "$(printf '%s\\n' "$@")" ]; then
  echo 'not every file system can be searched'
  for mount in "$@"; do
    if [ "$(find -P "$mount" -maxdepth 0 -printf seen)" != seen ]; then echo "$mount cannot be searched"; fi
  done
fi
` as const;

export const filesByOwner = readOnly(
  `${LOCAL_MOUNTS}uid={uid}
search -P "$@" -xdev \\( -uid "$uid" -printf 'found:files_by_uid %p\\n' \\) , \\( -gid "$uid" -printf 'found:files_by_gid %p\\n' \\) | head -n 400
echo looked`,
  { timeoutMs: 900_000 },
);

/**
 * The blobs of the booking's keys come on standard input, one per line. They are looked for where keys lie, and in every small file
 * whose inode changed since the booking began: nobody without root can set that time (inode(7)).
 */
export const keyFiles = readOnly(
  `elapsed={elapsedSeconds}; blobs=$(cat)
${LOCAL_MOUNTS}since=$(($(date +%s) - elapsed))
if [ -z "$blobs" ]; then echo 'no key of this booking is known'; exit 0; fi
if ! printf '%s\\n' "$blobs" | grep -qF -e "$blobs"; then echo 'grep does not find what is there'; fi
search -P "$@" -xdev -type f -size -2048k \\( -name 'authorized_keys*' -o -path '*/.ssh/*' -o -path '/etc/*' -o -newerct "@$since" \\) \\
  -exec grep -lF -e "$blobs" {} + | sed 's|^/|found /|' | head -n 400
echo looked`,
  { stdin: 'content', timeoutMs: 900_000 },
);

/** Names and contents below /etc. The backups that the account tools write (passwd-, shadow-, …) hold yesterday's state and are left out. */
export const configuration = readOnly(
  `exec 2>&1; account={account}; uid={uid}
${FIND_GREP_SED_WORK}for place in /etc /run/systemd /var/lib/systemd /usr/local/etc /usr/local/lib/systemd; do
  if [ -d "$place" ]; then search -P "$place" -xdev \\( -name "*$account*" -o -name "user-$uid.slice*" \\) -printf 'found %p\\n'; fi
done
search -P /etc -xdev -type f -size -2048k ! -path '/etc/passwd-' ! -path '/etc/shadow-' ! -path '/etc/group-' ! -path '/etc/gshadow-' \\
  ! -path '/etc/subuid-' ! -path '/etc/subgid-' -exec grep -lwF -e "$account" {} + | sed 's|^/|found /|'
echo looked`,
  { timeoutMs: 120_000 },
);

export const mail = readOnly(
  `exec 2>&1; account={account}
for file in "/var/mail/$account" "/var/spool/mail/$account"; do
  if [ -e "$file" ] || [ -L "$file" ]; then echo "found $file"; fi
done
echo looked`,
);

/** Core dumps and a user's own journal hold what was in his memory and what his programs printed (coredump.conf(5), journald.conf(5)). */
export const dumps = readOnly(
  `exec 2>&1; uid={uid}
${FIND_WORKS}for place in /var/lib/systemd/coredump /var/crash /var/log/journal /run/log/journal; do
  if [ -d "$place" ]; then search -P "$place" \\( -name "core.*.$uid.*" -o -name "*.$uid.crash" -o -name "user-$uid.journal" -o -name "user-$uid@*" \\) -printf 'found %p\\n'; fi
done
echo looked`,
);

export const mountsOfAccount = readOnly(
  `exec 2>&1; account={account}; uid={uid}
${AWK_WORKS}awk -v account="$account" -v uid="$uid" '
  index($0, account) || $5 == "/run/user/" uid || index($5, "/run/user/" uid "/") == 1 || (" " $0 ",") ~ ("[ ,]user_id=" uid "[ ,]") { print "found " $5 }
  $5 == "/" { root = 1 }
  END { if (!root) print "the list of mounts has no root" }' /proc/self/mountinfo
echo looked`,
);
