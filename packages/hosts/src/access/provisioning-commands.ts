import { command } from '../ssh/command-template.ts';

/*
 * The steps of provisioning, each of which may be repeated. Their exit codes: 65 the name or number is taken by something that is
 * not ours, 69 a tool is missing, 73 this access has ended and is never opened again, 78 the machine's own configuration is broken.
 */
const ANSWERS = [0, 65, 69, 73, 78] as const;

/**
 * Limits that keep the machine's sshd alive whatever the renter runs: memory and tasks of the user's slice where systemd is
 * (systemd.resource-control(5)), else the number of processes (limits.conf(5)). Also makes the reserve of disk space that the end
 * of the access gives back.
 */
export const writeLimits = command(
  `account={account}; uid={uid}; memory={memoryMax}; tasks={tasksMax}; processes={processesMax}
dir=/etc/rsm-access/$account; umask 022
for tool in getent useradd usermod groupadd flock setpriv find grep cut sshd timeout; do
  if ! command -v "$tool" >/dev/null; then echo "$tool is missing" >&2; exit 69; fi
done
mkdir -p "$dir" || exit
chmod 700 "$dir"
if [ ! -e "$dir/reserve" ] && [ ! -e "$dir/ended" ]; then head -c 262144 /dev/zero > "$dir/reserve" || exit; fi
if [ -d /run/systemd/system ]; then
  mkdir -p "/etc/systemd/system/user-$uid.slice.d" &&
    printf '%s\\n' '[Slice]' "MemoryMax=$memory" "TasksMax=$tasks" > "/etc/systemd/system/user-$uid.slice.d/$account.conf"
elif [ -d /etc/security/limits.d ]; then
  printf '%s\\n' "$account hard nproc $processes" > "/etc/security/limits.d/$account.conf"
fi`,
  { expectedExitCodes: ANSWERS },
);

/**
 * Sets the deadline and arms the watchdog, before there is anything to guard. The file is the truth that the script reads; the
 * timer (or cron, every minute) only wakes it. With systemd it also runs at each boot, before sshd answers; `Persistent` repeats a
 * call that was missed while the machine was off (systemd.timer(5)). Once it has run, it runs again every minute.
 */
export const armWatchdog = command(
  `account={account}; uid={uid}; grace={graceSeconds}; deadline={deadlineMs}; calendar={calendar}; stop={stopSeconds}
dir=/etc/rsm-access/$account; umask 022; unit=/etc/systemd/system/$account-end
exec 9<"$dir"; flock 9
if [ -e "$dir/ended" ]; then exit 73; fi
printf '%s\\n' "$deadline" > "$dir/deadline.new" && mv "$dir/deadline.new" "$dir/deadline" || exit
if [ -d /run/systemd/system ]; then
  printf '%s\\n' '[Unit]' "Description=End of the access of $account" 'DefaultDependencies=no' 'After=local-fs.target nftables.service' \\
    'Before=ssh.service sshd.service ssh.socket sshd.socket shutdown.target' 'Conflicts=shutdown.target' \\
    '[Service]' 'Type=oneshot' "ExecStart=/bin/sh $dir/end-access $account $uid $grace timer" "TimeoutStartSec=$stop" \\
    'LogLevelMax=notice' '[Install]' 'WantedBy=multi-user.target' > "$unit.service.new" &&
  printf '%s\\n' '[Unit]' "Description=Deadline of the access of $account" '[Timer]' "OnCalendar=$calendar" \\
    'AccuracySec=100ms' 'Persistent=true' 'OnUnitInactiveSec=60s' "Unit=$account-end.service" \\
    '[Install]' 'WantedBy=timers.target' > "$unit.timer.new" &&
  mv "$unit.service.new" "$unit.service" && mv "$unit.timer.new" "$unit.timer" &&
  systemctl --quiet --no-reload enable "$account-end.service" "$account-end.timer" && systemctl daemon-reload &&
  systemctl restart "$account-end.timer"
elif [ -d /etc/cron.d ]; then
  printf '%s\\n' "* * * * * root /bin/sh $dir/end-access $account $uid $grace cron >/dev/null 2>&1" > "/etc/cron.d/$account.new" &&
  mv "/etc/cron.d/$account.new" "/etc/cron.d/$account"
else
  echo 'neither systemd nor cron is there to end the access at its deadline' >&2; exit 69
fi`,
  { expectedExitCodes: ANSWERS, timeoutMs: 60_000 },
);

/**
 * Makes group, account and home, or brings an account that is already there to the same state. No password ('*' is none, and
 * unlike '!' it does not stop a key when sshd runs without PAM; sshd(8)), no further group, no subordinate uids: files of those would
 * belong to nobody we look for. The home is filled beside its place and moved there whole. The account's own expiry is the
 * next midnight (UTC) after the deadline, a second brake behind the watchdog.
 */
export const makeAccount = command(
  `account={account}; uid={uid}; expires={expiresOn}; home=/home/$account; dir=/etc/rsm-access/$account
exec 9<"$dir"; flock 9
if [ -e "$dir/ended" ]; then exit 73; fi
shell=/bin/bash; if [ ! -x "$shell" ]; then shell=/bin/sh; fi
group=$(getent group "$account" | cut -d: -f3)
if [ -z "$group" ]; then
  if getent group "$uid" >/dev/null; then echo "the group number $uid is taken" >&2; exit 65; fi
  groupadd --gid "$uid" "$account" || exit
elif [ "$group" != "$uid" ]; then echo "the group $account has another number" >&2; exit 65; fi
number=$(getent passwd "$account" | cut -d: -f3)
if [ -z "$number" ]; then
  if getent passwd "$uid" >/dev/null; then echo "the user number $uid is taken" >&2; exit 65; fi
  useradd --uid "$uid" --gid "$uid" --no-user-group --no-log-init --no-create-home --home-dir "$home" --shell "$shell" \\
    --password '*' --expiredate "$expires" --key SUB_UID_COUNT=0 --key SUB_GID_COUNT=0 "$account" 2>/dev/null || exit
elif [ "$number" != "$uid" ]; then echo "the account $account has another number" >&2; exit 65
else usermod --expiredate "$expires" --shell "$shell" "$account" || exit; fi
if [ ! -e "$home" ] && [ ! -L "$home" ]; then
  new=/home/.$account.new; umask 077
  rm -rf "$new" && mkdir -p /home && mkdir "$new" || exit
  if [ -d /etc/skel ]; then cp -R /etc/skel/. "$new/" || exit; fi
  chown -Rh "$uid:$uid" "$new" && chmod 700 "$new" && mv "$new" "$home" || exit
  if command -v restorecon >/dev/null; then restorecon -R "$home"; fi
elif [ -L "$home" ] || [ ! -d "$home" ] || [ "$(stat -c %u "$home")" != "$uid" ]; then
  echo "$home is there and belongs to somebody else" >&2; exit 65
fi`,
  { expectedExitCodes: ANSWERS, timeoutMs: 60_000 },
);

/**
 * Tells sshd where this account's keys are: a root-owned file outside the home, so that its owner cannot change it. Written as a
 * drop-in; where the main file includes none, as a marked block at its end. Nothing is reloaded before `sshd -t` accepts it and
 * `sshd -T` shows it in effect for this user, and an attempt that fails is undone. `Match all` at the end keeps what follows global.
 * ForceCommand is `none`, or for a container the door into it (container-commands.ts); then nobody may listen on the
 * machine, nor reach its sockets that are files. AllowUsers stands there because a machine that admits only named users would refuse this one (sshd_config(5)).
 */
export const configureSshd = command(
  `account={account}; forced={forced}; dropin=/etc/ssh/sshd_config.d/00-$account.conf; main=/etc/ssh/sshd_config; umask 022
forwarding=yes; streams=yes
if [ "$forced" = enter ]; then forced="sudo -n /etc/rsm-access/$account/enter"; forwarding=local; streams=no; fi
mkdir -p /run/sshd /etc/ssh/rsm-keys
in_effect() { sshd -T -C "user=$account,host=localhost,addr=127.0.0.1" 2>/dev/null > /run/rsm-sshd.$account
  grep -qix "authorizedkeysfile /etc/ssh/rsm-keys/$account" /run/rsm-sshd.$account && grep -qix "forcecommand $forced" /run/rsm-sshd.$account
  found=$?; rm -f /run/rsm-sshd.$account; return $found; }
block() {
  printf '%s\\n' "# BEGIN $account" "Match User $account" "  AuthorizedKeysFile /etc/ssh/rsm-keys/$account" '  AuthorizedKeysCommand none' \\
    '  AuthorizedPrincipalsFile none' '  TrustedUserCAKeys none' '  AuthenticationMethods publickey' '  PubkeyAuthentication yes' \\
    '  PasswordAuthentication no' '  KbdInteractiveAuthentication no' '  HostbasedAuthentication no' "  AllowUsers $account" \\
    "  AllowTcpForwarding $forwarding" "  AllowStreamLocalForwarding $streams" '  GatewayPorts no' '  AllowAgentForwarding no' '  X11Forwarding no' '  PermitTunnel no' \\
    "  ForceCommand $forced" '  ChrootDirectory none' 'Match all' "# END $account"
}
if in_effect; then exit 0; fi
if ! problem=$(sshd -t 2>&1); then echo "the machine's own sshd_config is not valid: $problem" >&2; exit 78; fi
if [ -d /etc/ssh/sshd_config.d ]; then block > "$dropin.new" && mv "$dropin.new" "$dropin" || exit; fi
if ! sshd -t 2>/dev/null || ! in_effect; then
  rm -f "$dropin"
  sed "/^# BEGIN $account\\$/,/^# END $account\\$/d" "$main" > "$main.rsm-new" && echo >> "$main.rsm-new" && block >> "$main.rsm-new" || exit
  if ! problem=$(sshd -t -f "$main.rsm-new" 2>&1); then rm -f "$main.rsm-new"; echo "sshd refuses our lines: $problem" >&2; exit 78; fi
  chmod --reference="$main" "$main.rsm-new" && chown --reference="$main" "$main.rsm-new" && mv "$main.rsm-new" "$main" || exit
  if ! in_effect; then echo 'sshd does not follow our lines for this account' >&2; exit 78; fi
fi`,
  { expectedExitCodes: ANSWERS, timeoutMs: 30_000 },
);

/**
 * Has sshd read its configuration again and waits until it has: its pid file is removed and written anew meanwhile. A daemon that
 * is started per connection (socket activation) reads it each time by itself.
 */
export const reloadSshd = command(
  `pid=$(cat /run/sshd.pid 2>/dev/null || cat /var/run/sshd.pid 2>/dev/null)
before=$(stat -c %y /run/sshd.pid 2>/dev/null)
if [ -d /run/systemd/system ]; then
  for unit in ssh.service sshd.service; do
    if systemctl is-active --quiet "$unit"; then systemctl reload "$unit" || exit; break; fi
  done
elif [ -n "$pid" ]; then kill -HUP "$pid" || exit
else echo 'no sshd was found that could read its configuration again' >&2; exit 69; fi
if [ -z "$before" ]; then exit 0; fi
tries=0
while [ "$tries" -lt 40 ]; do
  after=$(stat -c %y /run/sshd.pid 2>/dev/null)
  if [ -n "$after" ] && [ "$after" != "$before" ]; then exit 0; fi
  sleep 0.05; tries=$((tries + 1))
done`,
  { expectedExitCodes: ANSWERS, timeoutMs: 30_000 },
);

/**
 * Writes the keys, one per line on standard input; from here on a login works. `restrict` takes everything away, then a terminal
 * and port forwarding are given back: no agent, no X11, no ~/.ssh/rc (sshd(8), AUTHORIZED_KEYS FILE FORMAT). The expiry time
 * refuses new logins even where nothing of ours runs yet after a boot; it ends no open session. It reads in UTC with `Z` since
 * OpenSSH 9.1, in the machine's zone since 7.7, and not at all before.
 */
export const writeKeys = command(
  `account={account}; seconds={deadlineSeconds}; expiry={expiryStyle}; file=/etc/ssh/rsm-keys/$account; dir=/etc/rsm-access/$account
exec 9<"$dir"; flock 9
if [ -e "$dir/ended" ]; then exit 73; fi
options=restrict,pty,port-forwarding; umask 022
case $expiry in
  utc) options="$options,expiry-time=\\"$(date -u -d "@$seconds" +%Y%m%d%H%M%SZ)\\"" ;;
  local) options="$options,expiry-time=\\"$(date -d "@$seconds" +%Y%m%d%H%M%S)\\"" ;;
esac
mkdir -p /etc/ssh/rsm-keys || exit
while IFS= read -r key; do printf '%s %s\\n' "$options" "$key"; done > "$file.new" || exit
chmod 644 "$file.new" && mv "$file.new" "$file" || exit
if command -v restorecon >/dev/null; then restorecon "$file"; fi`,
  { stdin: 'content', expectedExitCodes: ANSWERS },
);
