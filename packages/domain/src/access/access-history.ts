import type { Instant } from '../common/instant.ts';
import type { AccessMode } from '../machines/machine.ts';

export const accessHistoryKinds = ['prepared', 'granted', 'deadline_set', 'revoked'] as const;
export type AccessHistoryKind = (typeof accessHistoryKinds)[number];

export interface AccessHistoryEntry {
  readonly kind: AccessHistoryKind;
  readonly at: Instant;
  /** When access was to end by then; null where the entry sets none. */
  readonly deadline: Instant | null;
}

/** A key that was let in. */
export interface AccessKey {
  readonly keyType: string;
  /** As OpenSSH shows it: `SHA256:…`. */
  readonly fingerprint: string;
  /** What its owner calls it; null when it was removed since, and for everybody else. */
  readonly name: string | null;
}

/** What access a booking gave, to which keys, from when until when. */
export interface AccessHistory {
  /** Null before anything was prepared on the machine. */
  readonly accountName: string | null;
  readonly mode: AccessMode;
  readonly keys: readonly AccessKey[];
  /** Oldest first. */
  readonly entries: readonly AccessHistoryEntry[];
  /** The deadline that was last read back from the watchdog on the machine. */
  readonly watchdogDeadlineAt: Instant | null;
}

/** What is known of the keys and the agreed ends of a booking. */
export interface AccessTraces {
  readonly keys: readonly AccessKey[];
  /** Each end that was agreed on and when: the booking's own first, then those of its extensions. */
  readonly ends: readonly { readonly at: Instant; readonly end: Instant }[];
}
