import type { TroubleContext } from './trouble-context.ts';

export interface DiskTrouble {
  /** Takes every free byte of the root file system, root's reserve included. */
  fillDisk(): Promise<void>;
  freeDisk(): Promise<void>;
  /** The root file system can only be read, until `writableRoot` or a reboot. */
  readOnlyRoot(): Promise<void>;
  writableRoot(): Promise<void>;
}

const ballast = '/var/lib/ballast';

export function createDiskTrouble(context: TroubleContext): DiskTrouble {
  return {
    // Large pieces first, then whatever small ones still fit; the last write fails because the disk is full.
    fillDisk: async () =>
      void (await context.run(`
        free=$(df --output=avail --block-size=1K / | tail -n 1)
        fallocate --length $((free - free / 100))K ${ballast} 2>/dev/null || true
        for size in 1M 64K 4K 1; do dd if=/dev/zero bs=$size >> ${ballast} 2>/dev/null || true; done
        sync ${ballast}
        if dd if=/dev/zero bs=4K count=1 of=${ballast}.probe 2>/dev/null; then
          rm -f ${ballast}.probe; echo "there is still room" >&2; exit 1
        fi
        rm -f ${ballast}.probe`)),
    freeDisk: async () => void (await context.run(`rm -f ${ballast}`)),
    readOnlyRoot: async () => void (await context.run('mount -o remount,bind,ro /')),
    writableRoot: async () => void (await context.run('mount -o remount,bind,rw /')),
  };
}
