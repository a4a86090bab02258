import { createClockTrouble } from './clock-trouble.ts';
import type { ClockTrouble } from './clock-trouble.ts';
import { createDiskTrouble } from './disk-trouble.ts';
import type { DiskTrouble } from './disk-trouble.ts';
import { createNetworkTrouble } from './network-trouble.ts';
import type { NetworkTrouble } from './network-trouble.ts';
import { createSshdTrouble } from './sshd-trouble.ts';
import type { SshdTrouble } from './sshd-trouble.ts';
import { createToolTrouble } from './tool-trouble.ts';
import type { ToolTrouble } from './tool-trouble.ts';
import type { TroubleContext } from './trouble-context.ts';
import { createUserTrouble } from './user-trouble.ts';
import type { UserTrouble } from './user-trouble.ts';

/** Everything a host can be made to do wrong. */
export interface HostTrouble extends SshdTrouble, NetworkTrouble, DiskTrouble, ToolTrouble, UserTrouble, ClockTrouble {}

export function createHostTrouble(context: TroubleContext): HostTrouble {
  return {
    ...createSshdTrouble(context),
    ...createNetworkTrouble(context),
    ...createDiskTrouble(context),
    ...createToolTrouble(context),
    ...createUserTrouble(context),
    ...createClockTrouble(context),
  };
}
