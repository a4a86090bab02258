import type { Clock } from '@rsm/domain/common/instant';
import { instant } from '@rsm/domain/common/instant';

/** The time of this machine. Every process of an installation, and its Postgres, should keep it by NTP. */
export const systemClock: Clock = { now: () => instant(Date.now()) };
