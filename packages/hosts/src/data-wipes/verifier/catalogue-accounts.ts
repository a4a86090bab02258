import { readOnly } from '../../ssh/command-template.ts';
import { AWK_WORKS, FIND_GREP_SED_WORK, FIND_GREP_WORK, GREP_AWK_SED_WORK, GREP_SED_WORK } from './proven-tools.ts';

export const accounts = readOnly(
  `exec 2>&1; account={account}; uid={uid}
${AWK_WORKS}for file in /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid /etc/subgid; do
  if [ ! -e "$file" ]; then echo "note there is no $file"; continue; fi
  awk -F: -v name="$account" -v uid="$uid" -v file="$file" '
    $1 == "root" { root = 1 }
    $1 == name { print "found " file " names the account"; next }
    file == "/etc/passwd" && ($3 == uid || $4 == uid) { print "found " file " has the number" }
    file == "/etc/group" && $3 == uid { print "found " file " has the number" }
    file ~ /group$|gshadow$/ && index("," $3 "," $4 ",", "," name ",") { print "found " file " has it as a member" }
    file ~ /sub[ug]id$/ && $1 == uid { print "found " file " has the number" }
    END { if (!root && file !~ /sub[ug]id$/) print file " has no line for root" }' "$file"
done
for key in "$account" "$uid"; do
  for database in passwd group; do
    if getent "$database" "$key" > /dev/null; then echo "found getent $database $key"
    elif [ "$(getent "$database" root | cut -d: -f1)" != root ]; then echo "getent $database does not work"; fi
  done
done
echo looked`,
);

export const sudoers = readOnly(
  `exec 2>&1; account={account}; uid={uid}
${GREP_SED_WORK}for place in /etc/sudoers /etc/sudoers.d /etc/doas.conf /etc/polkit-1 /usr/local/etc/sudoers.d; do
  if [ -e "$place" ]; then
    grep -rlE -e "(^|[^[:alnum:]_-])($account|#$uid)([^[:alnum:]_-]|\\$)" "$place" | sed 's/^/found /'
  fi
done
echo looked`,
);

export const cronJobs = readOnly(
  `exec 2>&1; account={account}; uid={uid}
${FIND_GREP_WORK}for spool in /var/spool/cron /var/cron; do
  if [ -d "$spool" ]; then search -P "$spool" \\( -name "$account" -o \\( -uid "$uid" ! -path '*/at*' \\) \\) -printf 'found %p\\n'; fi
done
for file in /etc/crontab /etc/anacrontab /etc/cron.d/* /etc/cron.hourly/* /etc/cron.daily/*; do
  if [ -f "$file" ] && grep -qwF -e "$account" "$file"; then echo "found $file"; fi
done
echo looked`,
);

/** at(1) writes `# atrun uid=N gid=N` into each job. */
export const atJobs = readOnly(
  `exec 2>&1; account={account}; uid={uid}
${FIND_GREP_SED_WORK}for spool in /var/spool/cron/atjobs /var/spool/cron/atspool /var/spool/at /var/spool/atjobs; do
  if [ -d "$spool" ]; then
    search -P "$spool" -uid "$uid" -printf 'found %p\\n'
    search -P "$spool" -type f -exec grep -lE -e "^# (atrun uid=$uid |mail $account )" {} + | sed 's|^/|found /|'
  fi
done
echo looked`,
);

export const systemdTraces = readOnly(
  `exec 2>&1; account={account}; uid={uid}
${GREP_AWK_SED_WORK}for path in "/var/lib/systemd/linger/$account" "/run/user/$uid"; do
  if [ -e "$path" ]; then echo "found $path"; fi
done
for place in /etc/systemd /run/systemd/system /run/systemd/transient /usr/local/lib/systemd; do
  if [ -d "$place" ]; then grep -rlE -e "^(User|Group)=($account|$uid)\\$" "$place" | sed 's/^/found /'; fi
done
if [ -d /run/systemd/system ]; then
  if ! systemctl show --property=Version | grep -q '^Version='; then echo 'systemd does not answer'; fi
  systemctl list-units --all --plain --no-legend "*$account*" | sed 's/^/found unit /'
  systemctl list-units --all --plain --no-legend "user@$uid.service" "user-$uid.slice" "user-runtime-dir@$uid.service" |
    awk '$3 != "inactive" { print "found unit " $1 " " $3 }'
  systemctl list-unit-files --no-legend "*$account*" | sed 's/^/found unit file /'
else echo 'note this machine has no systemd'; fi
echo looked`,
  { timeoutMs: 60_000 },
);

/**
 * Containers, volumes, networks and images that carry the account's name. Podman's store is read as files, because its client would make
 * folders (its lists of containers, images, layers, volumes and networks; its database is left out, because freed pages keep old names); Docker answers for itself. A volume
 * without a name of its own carries nobody's: each that was made since the booking began is found. With user namespaces docker keeps
 * everything in a folder of theirs (dockerd(8), --userns-remap), and a daemon may have its own place.
 */
export const containers = readOnly(
  `exec 2>&1; account={account}; elapsed={elapsedSeconds}; since=$(($(date +%s) - elapsed)); runtimes=0
${FIND_GREP_SED_WORK}for store in /var/lib/containers/storage /run/containers/storage /etc/containers/networks /etc/cni/net.d /var/lib/containerd; do
  if [ ! -d "$store" ]; then continue; fi
  runtimes=1
  search -P "$store" -maxdepth 3 -name "*$account*" -printf 'found %p\\n'
  search -P "$store" -maxdepth 2 -type f \\( -name '*.json' -o -name '*.conflist' \\) \\
    -exec grep -laF -e "$account" {} + | sed 's|^/|found /|'
done
set -- /var/lib/docker /var/lib/docker/[0-9]*.[0-9]*
if command -v docker > /dev/null; then
  place=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)
  case " $* " in *" $place "*) ;; *) if [ -n "$place" ]; then set -- "$@" "$place"; fi ;; esac
else
  for place in "$@"; do
    if [ -d "$place/containers" ]; then echo "docker is missing, and its store is there: $place"; fi
  done
fi
for place in /var/lib/containers/storage "$@"; do
  if [ -d "$place/volumes" ]; then
    search -P "$place/volumes" -mindepth 1 -maxdepth 1 -regextype posix-extended -regex '.*/[0-9a-f]{64}' -newerct "@$since" -printf 'found nameless volume %p\\n'
  fi
done
if command -v docker > /dev/null; then
  runtimes=1
  if docker version --format x > /dev/null; then
    docker ps --all --format '{{.Names}} {{.Labels}} {{.Mounts}}' | grep -F -e "$account" | sed 's/^/found container /'
    docker volume ls --format '{{.Name}} {{.Labels}}' | grep -F -e "$account" | sed 's/^/found volume /'
    docker network ls --format '{{.Name}} {{.Labels}}' | grep -F -e "$account" | sed 's/^/found network /'
    docker image ls --all --format '{{.Repository}}:{{.Tag}}' | grep -F -e "$account" | sed 's/^/found image /'
  else echo 'docker does not answer'; fi
fi
if [ "$runtimes" = 0 ]; then echo 'note this machine has no container runtime'; fi
echo looked`,
  { timeoutMs: 120_000 },
);
