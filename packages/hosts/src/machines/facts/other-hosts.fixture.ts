/**
 * Output in the forms that tools of other systems print. Written after their documentation and public reports, because
 * these machines are not in the lab; where a form is recorded from a real host it is in lab-host.fixture.ts.
 */

/** Two sockets with hyper-threading, util-linux 2.39 (Ubuntu 24.04). */
export const LSCPU_XEON = `=== lscpu
Architecture:                         x86_64
CPU op-mode(s):                       32-bit, 64-bit
CPU(s):                               128
On-line CPU(s) list:                  0-127
Vendor ID:                            GenuineIntel
BIOS Vendor ID:                       Intel(R) Corporation
Model name:                           Intel(R) Xeon(R) Platinum 8358 CPU @ 2.60GHz
BIOS Model name:                      Intel(R) Xeon(R) Platinum 8358 CPU @ 2.60GHz
Thread(s) per core:                   2
Core(s) per socket:                   32
Socket(s):                            2
CPU max MHz:                          3400.0000
CPU min MHz:                          800.0000
NUMA node(s):                         2
`;

/** An ARM board: no sockets, clusters, two kinds of core. */
export const LSCPU_ARM = `=== lscpu
Architecture:                       aarch64
CPU op-mode(s):                     32-bit, 64-bit
CPU(s):                             8
Vendor ID:                          ARM
Model name:                         Cortex-A55
Model:                              0
Thread(s) per core:                 1
Core(s) per socket:                 4
Socket(s):                          1
CPU max MHz:                        1800,0000
Model name:                         Cortex-A76
Core(s) per socket:                 4
`;

export const LSCPU_CLUSTERS = `=== lscpu
Architecture:          aarch64
CPU(s):                64
Model name:            Neoverse-N1
Thread(s) per core:    1
Core(s) per cluster:   64
Socket(s):             -
Cluster(s):            1
`;

/** No lscpu: the kernel's own table, two sockets of two cores with hyper-threading. */
export const CPUINFO = `=== uname
x86_64
=== cpuinfo
${[0, 0, 0, 0, 1, 1, 1, 1]
  .map(
    (socket, index) =>
      `processor\t: ${index}\nmodel name\t: Intel(R) Xeon(R) CPU E5-2620\nphysical id\t: ${socket}\ncpu cores\t: 2`,
  )
  .join('\n')}
`;

/** A dedicated server: NVMe mirror, a hard disk, a snap, an EFI partition. util-linux 2.31 prints flags as text. */
export const DISKS_DEDICATED = `=== df
Filesystem     Type      1-blocks         Used    Available Capacity Mounted on
tmpfs          tmpfs     6738558976    1327104   6737231872       1% /run
/dev/md2       ext4    943231770624 120259084288 775014526976    14% /
/dev/md1       ext4      1020702720  271532032    678682624      29% /boot
/dev/nvme0n1p1 vfat       535805952    6365184    529440768       2% /boot/efi
/dev/loop3     squashfs    67108864   67108864            0     100% /snap/core20/2318
/dev/sda1      xfs     8001563222016 4000000 8001559222016       1% /srv/big data
/dev/md2       ext4    943231770624 120259084288 775014526976    14% /var/lib/docker
=== lsblk
{"blockdevices": [
  {"path":"/dev/sda","type":"disk","rota":"1","tran":"sata","model":"TOSHIBA MG08ACA1","mountpoint":null,
   "children": [{"path":"/dev/sda1","type":"part","rota":"1","tran":null,"model":null,"mountpoint":"/srv/big data"}]},
  {"path":"/dev/nvme0n1","type":"disk","rota":"0","tran":"nvme","model":"SAMSUNG MZVL21T0HCLR-00B00","mountpoint":null,
   "children": [{"path":"/dev/nvme0n1p3","type":"part","rota":"0","tran":"nvme","model":null,"mountpoint":null,
     "children": [{"path":"/dev/md2","type":"raid1","rota":"0","tran":null,"model":null,"mountpoint":"/"}]}]},
  {"path":"/dev/nvme1n1","type":"disk","rota":"0","tran":"nvme","model":"SAMSUNG MZVL21T0HCLR-00B00","mountpoint":null,
   "children": [{"path":"/dev/nvme1n1p3","type":"part","rota":"0","tran":"nvme","model":null,"mountpoint":null,
     "children": [{"path":"/dev/md2","type":"raid1","rota":"0","tran":null,"model":null,"mountpoint":"/"}]}]}
]}
`;

/** A logical volume over a hard disk and an SSD. */
export const DISKS_MIXED = `=== df
Filesystem             Type 1-blocks Used Available Capacity Mounted on
/dev/mapper/vg0-root ext4 2000000000000 1000 1999999999000 1% /
=== lsblk
{"blockdevices": [
  {"path":"/dev/sda","type":"disk","rota":true,"tran":"sata","model":"ST2000","mountpoint":null,"children":[{"path":"/dev/mapper/vg0-root","type":"lvm","rota":true,"tran":null,"model":null,"mountpoint":"/"}]},
  {"path":"/dev/sdb","type":"disk","rota":false,"tran":"sata","model":"CT2000MX500","mountpoint":null,"children":[{"path":"/dev/mapper/vg0-root","type":"lvm","rota":true,"tran":null,"model":null,"mountpoint":"/"}]}
]}
`;

/** Two H100 under driver 550. */
export const GPUS_H100 = `=== nvidia
NVIDIA H100 80GB HBM3, GPU-5c1f7a52-6c7e-6f5b-2f0e-0a2f5a1b7c11, 81559, 550.54.15, 5, 16, 700.00, Enabled, 9.0
NVIDIA H100 80GB HBM3, GPU-0f6d2c9b-51d7-9c1d-86d9-4e7c3a5e9f02, 81559, 550.54.15, 5, 16, 700.00, Enabled, 9.0
=== cuda
CUDA Version: 12.4
=== pci
0x030000 0x1a03 0x2000
0x030200 0x10de 0x2330
0x030200 0x10de 0x2330
0x010802 0x144d 0xa80a
`;

/** A consumer card under a driver that knows no compute_cap, ECC or power limit. */
export const GPUS_OLD_DRIVER = `=== nvidia
NVIDIA GeForce GTX 1080, GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee, 8192, 470.256.02, 3, 16, [Not Supported], [N/A]
=== cuda
CUDA Version: 11.4
=== pci
0x030000 0x10de 0x1b80
`;

/** Constructed: an A100 under driver 580 (CUDA 13.0), in a slot of eight lanes, held back by its power limit and by heat. */
export const GPUS_A100_THROTTLED = `=== nvidia
NVIDIA A100-SXM4-80GB, GPU-11111111-2222-3333-4444-555555555555, 81920, 580.65.06, 4, 16, 300.00, Enabled, 8.0
=== nvidia-more
GPU-11111111-2222-3333-4444-555555555555, 0x20B210DE, 4, 8, 400.00, 1410, 1593, 0x0000000000000044
=== cuda
CUDA Version: 13.0
=== pci
0x030200 0x10de 0x20b2
`;

/** Constructed: an idle consumer card under driver 470, which has no limit and calls the reasons by their old name. */
export const GPUS_470_DETAILS = `=== nvidia
NVIDIA GeForce GTX 1080, GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee, 8192, 470.256.02, 3, 16, [Not Supported], [N/A]
=== nvidia-more
GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee, 0x1B8010DE, 1, 16, [Not Supported], 1911, 5005, 0x0000000000000001
=== cuda
CUDA Version: 11.4
=== pci
0x030000 0x10de 0x1b80
`;

/** After public reports of ROCm 6: names in capitals, a driver of its own. */
export const GPUS_ROCM_6 = `=== rocm
{"card0": {"Unique ID": "0x9f2d1a7c3b5e6f01", "VRAM Total Memory (B)": "68702699520", "VRAM Total Used Memory (B)": "10960896", "Card Series": "AMD INSTINCT MI250 (MCM) OAM AC MBA", "Card Model": "0x740c", "Card Vendor": "Advanced Micro Devices, Inc. [AMD/ATI]", "Card SKU": "D65210V", "Node ID": "4", "GFX Version": "gfx9010"}, "system": {"Driver version": "6.7.0"}}

=== pci
0x030000 0x1a03 0x2000
0x038000 0x1002 0x740c
`;

/** After public reports of ROCm 5, with a warning before the JSON. */
export const GPUS_ROCM_5 = `=== rocm
WARNING: AMD GPU device(s) is/are in a low-power state. Check power control/runtime_status
{"card0": {"Unique ID": "N/A", "VRAM Total Memory (B)": "17163091968", "Card series": "Radeon RX 6800 XT", "Card model": "0x73bf", "Card vendor": "Advanced Micro Devices, Inc. [AMD/ATI]", "Card SKU": "001"}}

=== pci
0x030000 0x1002 0x73bf
`;

export const GPUS_DRIVER_BROKEN = `=== nvidia-failed
NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.
=== cuda
=== pci
0x030200 0x10de 0x2330
`;

/** No vendor's tool: an AMD card beside the screen of the management controller. */
export const GPUS_PCI_ONLY = `=== pci
0x030000 0x1a03 0x2000
0x038000 0x1002 0x74a1
`;

export const OS_UBUNTU = `PRETTY_NAME="Ubuntu 24.04.1 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
ID=ubuntu
ID_LIKE=debian
`;

export const OS_ROCKY = `NAME="Rocky Linux"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
PRETTY_NAME='Rocky Linux 9.4 (Blue Onyx)'
`;
