import type { ClaimedSlot } from '../slots/slot-registry.ts';

/** Where a host's number, name and disk are. */
export interface HostPlace {
  slot: ClaimedSlot;
  hostname: string;
  diskImage: string;
  diskEphemeral: boolean;
  lockPath: string | undefined;
}
