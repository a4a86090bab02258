import { command } from '../ssh/command-template.ts';

/**
 * Puts the script on the machine's disk that ends a booking's access. The machine's own timer runs it at the deadline, we run
 * the same one when access is revoked. It stands here in full so that the provider reads in his command log what was installed.
 *
 * What it does, in this order, and repeatable at any point:
 * - without `now`: before the deadline in its folder nothing but putting the network fence back, should it be gone. A deadline that cannot be read counts as reached. With `cron`,
 *   which calls it only once a minute, it waits for a deadline within that minute.
 * - marks the access as ended, under the lock that moving the deadline takes too: of an extension and an end, one comes first.
 * - empties the keys file, expires the account (sshd refuses an expired account whatever the key; shadow(5)), takes away the
 *   crontab, at jobs and lingering, and asks logind to end the sessions.
 * - SIGTERM to every process with this uid as real, effective, saved or file system uid; after the grace period SIGKILL until
 *   two looks in a row find none. `kill -1` as that uid reaches all of them at once, also those of a fork bomb (kill(2)).
 * - where the booking has a container, stops it, which kills everything in it after the same grace period.
 * - gives back a small reserve of disk space and locks again, because a renter may have filled the disk to keep the account.
 * - takes the network fence away only when nothing is left that it could hold back.
 * - proves: prints what it sees and exits 0 only when no process, no key and no unexpired account is left, else 75.
 *
 * It refuses (64) a uid below 1000 or one that belongs to another account: killing by a wrong uid would hit the provider.
 */
export const installEndScript = command(
  `account={account}; dir=/etc/rsm-access/$account; umask 077
script='#!/bin/sh
# Ends the access of one booking. Installed by the marketplace; may be run at any time.
# usage: end-access ACCOUNT UID GRACE_SECONDS timer|cron|now
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C; export PATH LC_ALL
account=$1 uid=$2 grace=$3 dir=/etc/rsm-access/$1 keys=/etc/ssh/rsm-keys/$1
deadline() { at=$(cat "$dir/deadline" 2>/dev/null); case $at in ""|*[!0-9]*) echo 0 ;; *) echo "\${at%???}" ;; esac; }
pids() {
  find /proc -mindepth 2 -maxdepth 2 -path "/proc/[0-9]*/status" -exec grep -slE "^Uid:.*[[:space:]]$1([[:space:]]|$)" {} + 2>/dev/null |
    while read -r file; do
      if grep -sqE "^State:[[:space:]]+[^ZX]" "$file"; then file=\${file%/status}; echo "\${file#/proc/}"; fi
    done
}
locked() { [ -z "$(getent passwd "$account")" ] || [ "$(getent shadow "$account" | cut -d: -f8)" = 1 ]; }
running() {
  if [ ! -e "$dir/container" ]; then echo 0; return; fi
  if ids=$(timeout 60 "$(cat "$dir/container")" ps --quiet --filter "name=^$account\\$" 2>/dev/null)
  then echo "$ids" | grep -c .; else echo unknown; fi
}
lock() {
  if [ -s "$keys" ]; then : > "$keys"; fi
  locked || usermod --expiredate 1 --shell "$(command -v nologin || echo /bin/false)" "$account"
  rm -f "/var/spool/cron/crontabs/$account" "/var/spool/cron/$account" "/var/lib/systemd/linger/$account"
  for spool in /var/spool/cron/atjobs /var/spool/at; do
    if [ -d "$spool" ]; then find "$spool" -type f -uid "$uid" -delete; fi
  done
}
case $uid in ""|*[!0-9]*) exit 64 ;; esac
owner=$(getent passwd "$uid" | cut -d: -f1)
if [ "$uid" -lt 1000 ] || [ "\${owner:-$account}" != "$account" ]; then echo "uid $uid belongs to \${owner:-the system}" >&2; exit 64; fi
if [ -z "$(pids 0)" ]; then echo "the processes of this machine cannot be seen" >&2; exit 70; fi
if [ -d "$dir" ]; then exec 9<"$dir"; fi
if [ "$4" != now ] && [ ! -e "$dir/ended" ]; then
  left=$(($(deadline) - $(date +%s)))
  if [ "$4" = cron ] && [ "$left" -gt 0 ] && [ "$left" -le 60 ]; then sleep "$left"; fi
  flock 9
  if [ "$(date +%s)" -lt "$(deadline)" ]; then
    if [ -e "$dir/fence.nft" ] && ! nft list table inet "$account" >/dev/null 2>&1; then nft -f "$dir/fence.nft"; fi
    exit 0
  fi
else
  flock 9
fi
: >> "$dir/ended"
flock -u 9
lock
if [ -e "/run/systemd/users/$uid" ]; then
  timeout 10 loginctl terminate-user "$uid"
  timeout 10 systemctl stop --no-block "user@$uid.service" "user-$uid.slice"
fi
for pid in $(pids "$uid"); do kill -TERM "$pid"; done 2>/dev/null
if [ -e "$dir/container" ]; then timeout "$((grace + 60))" "$(cat "$dir/container")" stop --time "$grace" "$account" >/dev/null 2>&1; fi
tries=0
while [ "$tries" -lt $((grace * 5)) ] && [ -n "$(pids "$uid")" ]; do sleep 0.2; tries=$((tries + 1)); done
tries=0 looks=0
while [ "$tries" -lt 100 ] && [ "$looks" -lt 2 ]; do
  looks=$((looks + 1))
  for pid in $(pids "$uid"); do
    looks=0
    setpriv --reuid "$uid" --clear-groups sh -c "kill -KILL -1"
    kill -KILL "$pid"
  done 2>/dev/null
  sleep 0.1; tries=$((tries + 1))
done
rm -f "$dir/reserve"
lock
left=$(pids "$uid" | wc -l)
if [ -s "$keys" ]; then keep=yes; else keep=no; fi
if locked; then open=no; else open=yes; fi
inside=$(running)
echo "processes=$left keys=$keep open=$open containers=$inside"
if [ "$left" != 0 ] || [ "$inside" != 0 ] || [ "$keep$open" != nono ]; then exit 75; fi
rm -f "$dir/fence.nft"
if nft list table inet "$account" >/dev/null 2>&1; then nft delete table inet "$account"; fi
if [ ! -e "$dir/emptied" ]; then date +%s > "$dir/emptied"; fi'
mkdir -p "$dir" || exit
if [ "$(cat "$dir/end-access" 2>/dev/null)" = "$script" ]; then exit 0; fi
printf '%s\\n' "$script" > "$dir/end-access.new" && mv "$dir/end-access.new" "$dir/end-access"`,
);

/**
 * Ends the access now, as the machine's own timer would. Afterwards the timer sweeps every minute until it is removed.
 * Exit status 75 means that something is left; its output says what.
 */
export const endAccessNow = command(
  `account={account}; uid={uid}; grace={graceSeconds}
sh "/etc/rsm-access/$account/end-access" "$account" "$uid" "$grace" now || exit
if [ -d /run/systemd/system ] && [ -e "/etc/systemd/system/$account-end.service" ]; then
  systemctl start --no-block "$account-end.service"
fi`,
  { timeoutMs: 180_000, expectedExitCodes: [0, 75] },
);

/** The longest grace period: with it, killing and proving still fit into the time limit of `endAccessNow`. */
export const GRACE_SECONDS_MAX = 120;
