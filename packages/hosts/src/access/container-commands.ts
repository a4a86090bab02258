import { command } from '../ssh/command-template.ts';

/**
 * Makes the container of one booking, its volume and its network, all of them under the account's name; what is there already is left
 * as it is. Root inside is nobody outside: with podman the container's numbers 0 to 65535 lie from 2000000000 on (podman-run(1),
 * --uidmap), with docker the daemon has to remap them, which a check asks for. The image has to lie on the machine: nothing is pulled
 * here. GPUs are passed through where there are some. The machine's /etc/hosts names the container as the account, so that a port forward
 * can name it (`ssh -L 8888:<account>:8888`). Its address, its bridge and its network are written down for the fence.
 * Its first process does nothing but pass SIGTERM on to all others and wait for them, so that they have the grace period.
 *
 * The end script reads from `container` which runtime has to be asked, so that file is written first.
 */
export const makeContainer = command(
  `account={account}; image={image}; processes={processesMax}; dir=/etc/rsm-access/$account; umask 077
exec 9<"$dir"; flock 9
if [ -e "$dir/ended" ]; then exit 73; fi
runtime=podman; command -v podman >/dev/null || runtime=docker
for tool in "$runtime" sudo visudo; do
  if ! command -v "$tool" >/dev/null; then echo "$tool is missing" >&2; exit 69; fi
done
echo "$runtime" > "$dir/container" || exit
if ! "$runtime" image inspect "$image" >/dev/null 2>&1; then echo "the image $image is missing" >&2; exit 69; fi
label="rsm.booking=$account"
"$runtime" network inspect "$account" >/dev/null 2>&1 || "$runtime" network create --label "$label" "$account" >/dev/null || exit
"$runtime" volume inspect "$account" >/dev/null 2>&1 || "$runtime" volume create --label "$label" "$account" >/dev/null || exit
if ! "$runtime" container inspect "$account" >/dev/null 2>&1; then
  memory=$(awk '$1 == "MemTotal:" { printf "%dk", $2 * 0.9 }' /proc/meminfo)
  set -- --name "$account" --hostname "$account" --label "$label" --network "$account" --volume "$account:/root" --workdir /root \\
    --restart no --pull never --cap-drop NET_RAW --cap-drop MKNOD --memory "$memory" --pids-limit "$processes" --entrypoint /bin/sh
  if [ "$runtime" = podman ]; then set -- "$@" --uidmap 0:2000000000:65536 --gidmap 0:2000000000:65536; fi
  if [ -e /dev/nvidia0 ]; then
    if [ "$runtime" = podman ]; then set -- "$@" --device nvidia.com/gpu=all; else set -- "$@" --gpus all; fi
  fi
  "$runtime" create "$@" "$image" -c 'trap "trap : TERM; kill -TERM -1; while set -- /proc/[0-9]*; [ \\$# -gt 1 ]; do sleep 0.2 || sleep 1; done; exit 0" TERM
    while :; do sleep 3600 & wait; done' >/dev/null || exit
fi
# What stays in the background would keep the lock.
"$runtime" start "$account" >/dev/null 9<&- || exit
if [ "$runtime" = podman ]; then bridge=$(podman network inspect --format '{{.NetworkInterface}}' "$account")
else bridge=br-$(docker network inspect --format '{{.Id}}' "$account" | cut -c 1-12); fi
address=$("$runtime" inspect --format '{{ range .NetworkSettings.Networks }}{{ .IPAddress }}{{ end }}' "$account")
if [ ! -e "/sys/class/net/$bridge" ] || [ -z "$address" ]; then echo 'the network of the container cannot be found' >&2; exit 1; fi
echo "$bridge" > "$dir/bridge" && echo "$address" > "$dir/address" || exit
umask 022
{ grep -vwF -e "$account" /etc/hosts; echo "$address $account"; } > /etc/hosts.rsm-new && mv /etc/hosts.rsm-new /etc/hosts`,
  { expectedExitCodes: [0, 69, 73], timeoutMs: 300_000 },
);

/**
 * The door: what sshd runs for the account, as root through sudo(8), whatever the renter asked for (sshd_config(5), ForceCommand). It
 * takes the renter into his container and nowhere else. A container that stopped, by a reboot or by its own root, is started again as
 * long as the access lives. SFTP and scp need the sftp-server of the image.
 */
export const makeDoor = command(
  `account={account}; dir=/etc/rsm-access/$account; file=/etc/sudoers.d/$account; umask 077
script='#!/bin/sh
# Takes the renter of one booking into his container. Installed by the marketplace; sshd runs it through sudo.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
dir=\${0%/*}; account=\${dir##*/}; runtime=$(cat "$dir/container") || exit 1; asked=$SSH_ORIGINAL_COMMAND
cd / || exit 1
exec 9<"$dir"; flock 9
if [ -e "$dir/ended" ]; then echo "this access has ended" >&2; exit 1; fi
"$runtime" start "$account" >/dev/null 9<&- || exit 1
exec 9<&-
case $asked in
  internal-sftp*|*/sftp-server|*/sftp-server" "*)
    asked="for file in /usr/lib/openssh/sftp-server /usr/libexec/openssh/sftp-server /usr/lib/ssh/sftp-server /usr/libexec/sftp-server; do
      if [ -x \\$file ]; then exec \\$file; fi; done; echo no sftp-server in this image >&2; exit 127" ;;
esac
set -- --interactive --workdir /root --env HOME=/root
if [ -t 0 ]; then set -- "$@" --tty --env "TERM=\${TERM:-dumb}"; fi
if [ -z "$asked" ]; then
  echo "You are root in the container of this booking. A service in it that listens on 0.0.0.0:8888: ssh -L 8888:$account:8888"
  asked="if command -v bash >/dev/null; then exec bash -l; fi; exec sh -l"
fi
exec "$runtime" exec "$@" "$account" sh -c "if command -v bash >/dev/null; then exec bash -c \\"\\$0\\"; fi; exec sh -c \\"\\$0\\"" "$asked"'
printf '%s\\n' "$script" > "$dir/enter.new" && chmod 700 "$dir/enter.new" && mv "$dir/enter.new" "$dir/enter" || exit
printf '%s\\n' "Defaults!$dir/enter env_keep += \\"SSH_ORIGINAL_COMMAND TERM\\", !use_pty, !requiretty, !log_output" \\
  "$account ALL=(root) NOPASSWD: $dir/enter \\"\\"" > "$dir/sudoers" || exit
if ! problem=$(visudo -c -q -f "$dir/sudoers" 2>&1); then echo "sudo refuses our lines: $problem" >&2; exit 78; fi
chmod 440 "$dir/sudoers" && mv "$dir/sudoers" "$file"`,
  { expectedExitCodes: [0, 78], timeoutMs: 30_000 },
);
