import type { TroubleContext } from './trouble-context.ts';

export interface DiskTrouble {
  /** Takes every free byte of the root file system, root's reserve included. */
  fillDisk(): Promise<void>;
  freeDisk(): Promise<void>;
  /**
   * The root file system can only be read, until `writableRoot` or a reboot; `/run`, `/tmp` and `/dev/shm` are others.
   * Fails while a program has a file open for writing.
   */
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
    // Refused while a file is open for writing, as everywhere. The journal always has one and can be asked to let go;
    // a program of the test's own that writes is for the test to stop first.
    readOnlyRoot: async () =>
      void (await context.run(`
        if [ -d /run/systemd/system ]; then journalctl --relinquish-var; fi
        for try in $(seq 20); do
          if why=$(mount -o remount,bind,ro / 2>&1); then exit 0; fi
          sleep 0.1
        done
        echo "$why" >&2; exit 1`)),
    writableRoot: async () =>
      void (await context.run(`
        mount -o remount,bind,rw /
        if [ -d /run/systemd/system ]; then journalctl --flush; fi`)),
  };
}
