import { readOnly } from '../../ssh/command-template.ts';
import { AWK_WORKS, FIND_AWK_WORK, FIND_GREP_AWK_SED_WORK, FIND_HEAD_WORK, FIND_WORKS } from './proven-tools.ts';

/** The lines of every process that say whose it is (proc_pid_status(5)). */
export const processes = readOnly(
  `${FIND_WORKS}search /proc -mindepth 2 -maxdepth 2 -path '/proc/[0-9]*/status' -exec grep -HsE '^(Name|State|Uid|Gid|Groups):' {} + 2>&1
echo looked`,
  { maxOutputBytes: 8 * 1024 * 1024, timeoutMs: 60_000 },
);

/**
 * logind remembers a user without sessions for UserStopDelaySec (10 s by default, logind.conf(5)): that is noted, and no
 * session. Sessions themselves are asked for by name: what that record says of them is brought up to date late. loginctl asks
 * for each session of its list by itself, and complains where anybody's ended meanwhile: then it is asked again, five times at most.
 */
export const sessions = readOnly(
  `exec 2>&1; account={account}; uid={uid}; seen=0
${FIND_GREP_AWK_SED_WORK}if [ -d /run/systemd/sessions ]; then
  search -P /run/systemd/sessions -type f -exec grep -lx -e "UID=$uid" {} + | sed 's|^/|found /|'
  user=/run/systemd/users/$uid
  if [ -e "$user" ]; then
    if grep -qx 'STATE=closing' "$user"; then echo 'note logind forgets the user in a few seconds'
    else echo "found $user"; fi
  fi
fi
if command -v loginctl > /dev/null && [ -d /run/systemd/system ]; then
  seen=1
  for again in 1 2 3 4 last; do
    said=$(loginctl list-sessions --no-legend 2>&1 || echo "loginctl ended with status $?")
    case $again:$said in
      last:*) ;;
      *'Unknown object'*) sleep 0.2; continue ;;
    esac
    break
  done
  printf '%s\\n' "$said" | awk -v name="$account" -v uid="$uid" '
    NF && $2 !~ /^[0-9]+$/ { print; next }
    $2 == uid || $3 == name { print "found session " $1 }'
fi
if command -v who > /dev/null; then
  seen=1
  who | awk -v name="$account" '$1 == name { print "found login on " $2 }'
fi
if [ "$seen" = 0 ]; then echo 'neither loginctl nor who is there'; fi
echo looked`,
);

/** Following a descriptor's link leads to the open file even when no name leads there any more; sockets and pipes have owners too. */
export const openFiles = readOnly(
  `exec 2>&1; uid={uid}; export uid
${FIND_HEAD_WORK}if ! ls /proc/1/fd > /dev/null; then echo 'the open files of other processes cannot be seen'; fi
search /proc -mindepth 2 -maxdepth 2 -path '/proc/[0-9]*/fd' -exec sh -c '
  find -L "$@" -mindepth 1 -maxdepth 1 \\( -uid "$uid" -o -gid "$uid" \\) -printf "found %p open\\n"
  if [ "$?" -gt 1 ]; then echo "find was ended before it had looked everywhere"; fi' sh {} + | head -n 400
echo looked`,
  { timeoutMs: 120_000 },
);

export const sockets = readOnly(
  `exec 2>&1; uid={uid}
${AWK_WORKS}for protocol in tcp tcp6 udp udp6 udplite raw raw6; do
  if [ ! -r "/proc/net/$protocol" ]; then
    if [ "$protocol" = tcp ]; then echo '/proc/net/tcp cannot be read'; fi
    continue
  fi
  awk -v uid="$uid" -v protocol="$protocol" '
    FNR == 1 { if ($0 !~ /local_address/) print "/proc/net/" protocol " has no heading"; next }
    $8 == uid && $10 != 0 { print "found " protocol " socket " $2 " in state " $4 }' "/proc/net/$protocol"
done
echo looked`,
);

/** The columns are found by their headings (proc_sysvipc(5)). */
export const sharedMemory = readOnly(
  `exec 2>&1; uid={uid}
${FIND_AWK_WORK}for kind in shm sem msg; do
  if [ ! -r "/proc/sysvipc/$kind" ]; then echo "/proc/sysvipc/$kind cannot be read"; continue; fi
  awk -v uid="$uid" -v kind="$kind" '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; if (!("cuid" in at)) print "/proc/sysvipc/" kind " has no heading"; next }
    $at["uid"] == uid || $at["cuid"] == uid || $at["gid"] == uid || $at["cgid"] == uid { print "found " kind " " $2 }' "/proc/sysvipc/$kind"
done
for place in /dev/shm /dev/mqueue; do
  if [ -d "$place" ]; then search -P "$place" \\( -uid "$uid" -o -gid "$uid" \\) -printf 'found %p\\n'; fi
done
echo looked`,
);
