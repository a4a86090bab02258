#!/bin/sh
# Keeps one lab host running and takes everything away when it ends. The lab starts it in a mount namespace of its own:
#
#   unshare --mount --propagation private sh supervise.sh main   (settings in LAB_* variables)
#
# Everything a host consists of hangs on processes: the disk and the overlay are mounted in this script's mount namespace
# only, the cable ends in the network namespace of the booted host, and each process here gets SIGKILL when its parent
# dies. So when the owner dies, or this script does, even by SIGKILL, the kernel takes the host away; what is left then
# are empty control groups and a small folder, which the sweep removes.
#
# Standard input: "power-cut" boots the host again as if its plug had been pulled; end of file ends the host.
# Standard output: "boot PID" for each boot; PID is the process above the host's first process.
set -u

self=$0

# Version 1 groups in which the host has a part of its own: what its limits are made of, and all that docker makes groups in.
own_groups() {
  echo memory pids
  if [ "$LAB_CONTAINERS" = docker ]; then echo cpu cpuacct cpuset devices freezer blkio; fi
}

cgroup_dirs() {
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    echo "/sys/fs/cgroup/$LAB_MACHINE"
  else
    for hierarchy in systemd unified $(own_groups); do
      if [ -d "/sys/fs/cgroup/$hierarchy" ]; then echo "/sys/fs/cgroup/$hierarchy/$LAB_MACHINE"; fi
    done
  fi
}

make_cgroups() {
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    # Refused where this machine is itself a container; the host then runs without limits of its own.
    echo '+memory +pids +cpu' 2>/dev/null > /sys/fs/cgroup/cgroup.subtree_control || true
  fi
  for dir in $(cgroup_dirs); do mkdir -p "$dir" || return 1; done
  for dir in $(cgroup_dirs); do
    for file in memory.max memory.limit_in_bytes; do
      if [ -n "$LAB_MEMORY_MAX_BYTES" ] && [ -e "$dir/$file" ]; then echo "$LAB_MEMORY_MAX_BYTES" > "$dir/$file"; fi
    done
    if [ -e "$dir/pids.max" ]; then echo "$LAB_TASKS_MAX" > "$dir/pids.max"; fi
    # Nobody may join a group that has no processors and no memory (cpuset(7)).
    for file in cpuset.cpus cpuset.mems; do
      if [ -e "$dir/$file" ]; then cat "${dir%/*}/$file" > "$dir/$file"; fi
    done
  done
}

join_cgroups() {
  for dir in $(cgroup_dirs); do echo 0 > "$dir/cgroup.procs"; done
}

remove_cgroups() {
  for dir in $(cgroup_dirs); do
    tries=0
    while [ -d "$dir" ] && [ $tries -lt 100 ]; do
      find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null
      tries=$((tries + 1))
      if [ -d "$dir" ]; then sleep 0.02; fi
    done
  done
}

fail() {
  echo "supervise: $1" >&2
  clean_up
  exit 1
}

clean_up() {
  umount "$LAB_FOLDER/root" 2>/dev/null
  umount "$LAB_FOLDER/disk" 2>/dev/null
  remove_cgroups
  if [ -n "$LAB_DISK_EPHEMERAL" ]; then rm -f "$LAB_DISK_IMAGE"; fi
  rm -rf --one-file-system "$LAB_FOLDER"
}

# The host's disk is an ext4 file system in a sparse file: it can be full, and it survives a reboot. All of it may be used
# by root (-m 0), so that a full disk is full for everybody.
mount_disk() {
  mkdir -p "$LAB_FOLDER/disk" "$LAB_FOLDER/root" || return 1
  if [ ! -e "$LAB_DISK_IMAGE" ]; then
    truncate -s "${LAB_DISK_MB}M" "$LAB_DISK_IMAGE.new" &&
      mkfs.ext4 -q -F -m 0 -E lazy_itable_init=1,lazy_journal_init=1,nodiscard "$LAB_DISK_IMAGE.new" &&
      mv "$LAB_DISK_IMAGE.new" "$LAB_DISK_IMAGE" || return 1
  fi
  mount -o loop,noinit_itable "$LAB_DISK_IMAGE" "$LAB_FOLDER/disk" || return 1
  # The mounted file needs no name any more; without one, nothing can leave it behind.
  if [ -n "$LAB_DISK_EPHEMERAL" ]; then rm -f "$LAB_DISK_IMAGE"; fi
  mkdir -p "$LAB_FOLDER/disk/upper" "$LAB_FOLDER/disk/work" || return 1
  mount -t overlay overlay \
    -o "lowerdir=$LAB_ROOT,upperdir=$LAB_FOLDER/disk/upper,workdir=$LAB_FOLDER/disk/work" "$LAB_FOLDER/root"
}

# What makes this host another one than its neighbour. A persistent host that comes back keeps its keys.
personalise() {
  etc=$LAB_FOLDER/root/etc
  if [ -e "$etc/ssh/ssh_host_ed25519_key" ]; then return 0; fi
  echo "$LAB_HOSTNAME" > "$etc/hostname" || return 1
  # Without one systemd would take this for a first boot and switch every service to its preset.
  tr -d - < /proc/sys/kernel/random/uuid > "$etc/machine-id" || return 1
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$LAB_HOSTNAME" > "$etc/hosts"
  ln -sf "/usr/share/zoneinfo/$LAB_TIME_ZONE" "$etc/localtime"
  echo "$LAB_TIME_ZONE" > "$etc/timezone"
  # ssh-keygen -A would look for 3,072 bits of RSA, which takes longer than all the rest of a start. The least that sshd
  # takes (sshd_config(5), RequiredRSASize) is enough for a host that lives for seconds and is reached from nowhere else.
  ssh-keygen -q -t rsa -b 1024 -N '' -C "root@$LAB_HOSTNAME" -f "$etc/ssh/ssh_host_rsa_key" || return 1
  ssh-keygen -q -A -f "$LAB_FOLDER/root"
}

# The cable: this end here, the other in the network namespace of the process. Packets from the host are never forwarded
# (the kernel decides that by the interface they come in on), so the host reaches this machine and nothing behind it.
lay_cable() {
  ip link add "$LAB_INTERFACE" type veth peer name eth0 netns "$1" || return 1
  nsenter --target "$1" --net sh -ec "
    ip link set lo up
    ip address add $LAB_ADDRESS/30 dev eth0
    ip link set eth0 up
    ip route add default via $LAB_GATEWAY" || return 1
  echo 0 > "/proc/sys/net/ipv4/conf/$LAB_INTERFACE/forwarding"
  if [ "$(cat "/proc/sys/net/ipv4/conf/$LAB_INTERFACE/forwarding")" != 0 ]; then return 1; fi
  if [ -e "/proc/sys/net/ipv6/conf/$LAB_INTERFACE/disable_ipv6" ]; then
    echo 1 > "/proc/sys/net/ipv6/conf/$LAB_INTERFACE/disable_ipv6"
  fi
  ip address add "$LAB_GATEWAY/30" dev "$LAB_INTERFACE" && ip link set "$LAB_INTERFACE" up
}

# Until the kernel has taken the last boot's network namespace apart, its cable still has the name.
wait_for_cable_gone() {
  tries=0
  while [ -e "/sys/class/net/$LAB_INTERFACE" ] && [ $tries -lt 500 ]; do
    sleep 0.02
    tries=$((tries + 1))
  done
}

boot_once() {
  rm -f "$LAB_FOLDER/go"
  mkfifo "$LAB_FOLDER/go" || return 1
  setpriv --pdeathsig KILL unshare --mount --net --pid --fork --kill-child=KILL --mount-proc \
    sh "$self" boot </dev/null >>"$LAB_FOLDER/console.log" 2>&1 &
  boot_pid=$!
  echo "$boot_pid" > "$LAB_FOLDER/boot.pid"
  own_network=$(readlink /proc/self/ns/net)
  tries=0
  while [ "$(readlink "/proc/$boot_pid/ns/net")" = "$own_network" ] && [ $tries -lt 500 ]; do
    sleep 0.01
    tries=$((tries + 1))
  done
  wait_for_cable_gone
  if ! lay_cable "$boot_pid"; then
    kill -KILL "$boot_pid"
    wait "$boot_pid"
    return 1
  fi
  if [ -e "$LAB_FOLDER/ending" ]; then kill -KILL "$boot_pid"; fi
  echo "boot $boot_pid"
  timeout 10 sh -c 'echo go > "$1"' go "$LAB_FOLDER/go"
  wait "$boot_pid"
  boot_status=$?
  rm -f "$LAB_FOLDER/boot.pid"
}

main() {
  # A dead owner reads nothing any more, and a word to it must not end the clean-up. A handler, unlike ignoring the
  # signal, is not passed on to the host.
  trap : PIPE
  # systemd-nspawn keeps locks and folders there by name; ours vanish with this namespace.
  mkdir -p /run/systemd/nspawn && mount -t tmpfs -o mode=755 tmpfs /run/systemd/nspawn || fail 'no place for systemd-nspawn'
  if [ -n "$LAB_LOCK" ]; then
    exec 9>"$LAB_LOCK"
    flock --nonblock 9 || fail "another process runs this persistent host ($LAB_LOCK)"
  fi
  mount_disk || fail 'the disk cannot be mounted'
  personalise || fail 'the host cannot be given its name and keys'
  make_cgroups || fail 'its control groups cannot be made'
  # A shell gives what it starts in the background /dev/null to read, so the owner's pipe goes by another number.
  exec 3<&0 </dev/null
  setpriv --pdeathsig KILL sh "$self" listen <&3 3<&- &
  exec 3<&-
  while :; do
    rm -f "$LAB_FOLDER/power-cut"
    boot_once || fail 'the host cannot be started'
    if [ -e "$LAB_FOLDER/ending" ]; then break; fi
    # 133 is systemd-nspawn's word for "the host asked to be rebooted"; a plug that was pulled is put in again.
    if [ "$boot_status" != 133 ] && [ ! -e "$LAB_FOLDER/power-cut" ]; then
      echo down
      while [ ! -e "$LAB_FOLDER/power-cut" ] && [ ! -e "$LAB_FOLDER/ending" ]; do sleep 0.05; done
      if [ -e "$LAB_FOLDER/ending" ]; then break; fi
    fi
  done
  clean_up
}

listen() {
  while read -r word; do
    if [ "$word" = power-cut ]; then
      : > "$LAB_FOLDER/power-cut"
      kill -KILL "$(cat "$LAB_FOLDER/boot.pid")" 2>/dev/null
    fi
  done
  : > "$LAB_FOLDER/ending"
  kill -KILL "$(cat "$LAB_FOLDER/boot.pid")" 2>/dev/null
}

# First process of the host's outer process namespace; it waits until the cable is laid.
boot() {
  read -r word < "$LAB_FOLDER/go" || exit 1
  if [ "$LAB_INIT" = plain ]; then
    join_cgroups
    exec unshare --cgroup --uts --ipc sh "$self" plain
  fi
  start_systemd &
  wait $!
  exit $?
}

# Its network is its own, so it may have firewall rules, as any machine may (systemd-nspawn takes that away by default).
#
# systemd runs a dozen generators (systemd.generator(7)) at each start and each daemon-reload. They look for encrypted disks,
# kernel options and init scripts, of which a lab host has none, and take a tenth of the processor that its tests take.
#
# On version 1 control groups systemd-nspawn gives the host's systemd a view of its own groups that it cannot write, so
# no limit would hold. It is the host's own part of the tree (a namespace of its own), so it may write there.
start_systemd() {
  join_cgroups
  set -- --directory="$LAB_FOLDER/root" --register=no --keep-unit --machine="$LAB_MACHINE" --hostname="$LAB_HOSTNAME" \
    --network-namespace-path=/proc/self/ns/net --settings=no --console=pipe --resolv-conf=off --timezone=off \
    --link-journal=no --kill-signal=SIGRTMIN+3 --capability=CAP_NET_ADMIN
  if [ "$LAB_INIT" = unified ]; then export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1; fi
  if [ -n "$LAB_CONTAINERS" ]; then
    export SYSTEMD_NSPAWN_API_VFS_WRITABLE=1
    set -- "$@" --capability=all '--system-call-filter=add_key keyctl bpf'
  fi
  exec systemd-nspawn "$@" -- /bin/sh -c '
    for group in "$@"; do
      if [ -e /sys/fs/cgroup/$group/cgroup.procs ]; then mount -o remount,bind,rw /sys/fs/cgroup/$group; fi
    done
    exec env SYSTEMD_GENERATOR_PATH=/nonexistent /lib/systemd/systemd' sh $(own_groups) </dev/null
}

# The host without systemd: a root of its own in namespaces, and the services that init scripts start.
plain() {
  root=$LAB_FOLDER/root
  hostname "$LAB_HOSTNAME" || exit 1
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
  mount -t tmpfs -o mode=755,size=64m tmpfs "$root/run"
  for device in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
    set -- $device
    mknod -m 666 "$root/dev/$1" c "$2" "$3"
  done
  mkdir "$root/dev/pts" "$root/dev/shm" "$root/run/lock"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
  mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/dev/shm"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"
  ln -s /proc/self/fd/2 "$root/dev/stderr"
  cd "$root" && mkdir -p .outside && pivot_root . .outside || exit 1
  # This shell stays the host's first process and reaps what is orphaned; the pause only bounds how long it sleeps.
  exec setpriv --bounding-set -mknod,-sys_module,-sys_rawio,-sys_time \
    chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin /bin/sh -c '
      umount -l /.outside; rmdir /.outside
      if [ -d /tmp ]; then find /tmp -mindepth 1 -delete; fi
      for service in ssh cron atd; do
        if [ -x /etc/init.d/$service ]; then service $service start; fi
      done
      while :; do sleep 5 & wait; done' </dev/null
}

"$1"
