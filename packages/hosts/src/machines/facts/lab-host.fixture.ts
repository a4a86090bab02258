/** What the readers' commands printed on a lab host of flavour debian: a container of systemd-nspawn in a KVM machine. */
export const labHost = {
  cpu: `=== lscpu
Architecture:                            x86_64
CPU op-mode(s):                          32-bit, 64-bit
Address sizes:                           48 bits physical, 48 bits virtual
Byte Order:                              Little Endian
CPU(s):                                  2
On-line CPU(s) list:                     0,1
Vendor ID:                               AuthenticAMD
Model name:                              AMD EPYC
CPU family:                              25
Model:                                   17
Thread(s) per core:                      1
Core(s) per socket:                      2
Socket(s):                               1
Stepping:                                1
BogoMIPS:                                5192.29
Hypervisor vendor:                       KVM
Virtualization type:                     full
L1d cache:                               64 KiB (2 instances)
L1i cache:                               64 KiB (2 instances)
L2 cache:                                2 MiB (2 instances)
L3 cache:                                32 MiB (1 instance)
NUMA node(s):                            1
NUMA node0 CPU(s):                       0,1
`,
  memory: `MemTotal:       24684096 kB
SwapTotal:             0 kB
`,
  disks: `=== df
Filesystem     Type        1-blocks        Used   Available Capacity Mounted on
overlay        overlay  16729894912     8548352 16704569344       1% /
tmpfs          tmpfs     2527653888           0  2527653888       0% /tmp
tmpfs          tmpfs        4194304           0     4194304       0% /dev
tmpfs          tmpfs     2527653888           0  2527653888       0% /dev/shm
tmpfs          tmpfs     5055303680       77824  5055225856       1% /run
/dev/vda       ext4    270553174016 25594167296 83350126592      24% /run/host/os-release
tmpfs          tmpfs    12638257152           0 12638257152       0% /run/host/incoming
tmpfs          tmpfs        4194304           0     4194304       0% /sys/fs/cgroup
tmpfs          tmpfs        5242880           0     5242880       0% /run/lock
tmpfs          tmpfs     2527649792           0  2527649792       0% /run/user/0
=== lsblk
{
   "blockdevices": [
      {
         "path": "/dev/loop0",
         "type": "loop",
         "rota": true,
         "tran": null,
         "model": null,
         "mountpoint": null
      },{
         "path": "/dev/zram0",
         "type": "disk",
         "rota": false,
         "tran": null,
         "model": null,
         "mountpoint": null
      },{
         "path": "/dev/vda",
         "type": "disk",
         "rota": true,
         "tran": null,
         "model": null,
         "mountpoint": "/run/host/os-release"
      }
   ]
}
`,
  gpus: `=== pci
0x060000 0x8086 0x0d57
0xffff00 0x1af4 0x1045
0x018000 0x1af4 0x1042
0x020000 0x1af4 0x1041
0xffff00 0x1af4 0x1053
0xffff00 0x1af4 0x1044
`,
  containerRuntime: ``,
  kernel: `Linux 6.18.44-fc-v595
`,
  virtualization: `systemd-nspawn
`,
  os: `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
  initSystem: `systemd
`,
  timeZone: `=== link
/usr/share/zoneinfo/Etc/UTC
=== file
Etc/UTC
`,
  observation: `=== epoch
1795297655
=== missing
=== scheduler
systemd
cron
=== include
Include /etc/ssh/sshd_config.d/*.conf
=== readonly
`,
} as const;
