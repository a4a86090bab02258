import { z } from 'zod';
import type { BookingId, CertificateId, DataWipeId, MachineId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { instantSchema } from '../common/instant.ts';
import type { StateGraph } from '../common/state-graph.ts';

export const wipeStrategyKinds = [
  'ssh_key_removal',
  'home_directory_purge',
  'user_deletion',
  'container_destroy',
] as const;
export type WipeStrategyKind = (typeof wipeStrategyKinds)[number];

export const dataWipeStatuses = ['pending', 'running', 'verified', 'failed', 'unverifiable'] as const;
export type DataWipeStatus = (typeof dataWipeStatuses)[number];

export const dataWipeStateGraph: StateGraph<DataWipeStatus> = {
  pending: ['running'],
  // A worker that died is followed by another one, which carries on in the same state.
  running: ['verified', 'failed', 'unverifiable'],
  verified: [],
  failed: ['running'],
  unverifiable: ['running'],
};

/** One step of a strategy as it was run. */
export const wipeStepSchema = z.strictObject({
  strategy: z.enum(wipeStrategyKinds),
  name: z.string().min(1).max(80),
  /** The command template, placeholders unfilled. */
  command: z.string().max(4_000),
  /** Null when no exit status came back. */
  exitStatus: z.int().nullable(),
  succeeded: z.boolean(),
  startedAt: instantSchema,
  durationMs: z.int().min(0),
  detail: z.string().max(1_000).nullable(),
});
export type WipeStep = z.infer<typeof wipeStepSchema>;

/** A step before it was run. */
export type PlannedStep = Pick<WipeStep, 'strategy' | 'name'>;

/** `could_not_look` is never clean. */
export const findingVerdicts = ['clean', 'found', 'could_not_look'] as const;
export const wipeFindingSchema = z.strictObject({
  check: z.string().min(1).max(80),
  verdict: z.enum(findingVerdicts),
  detail: z.string().max(2_000),
});
export type WipeFinding = z.infer<typeof wipeFindingSchema>;

export const wipeVerdicts = ['verified', 'failed', 'unverifiable'] as const;
export type WipeVerdict = (typeof wipeVerdicts)[number];

/** Any finding fails the wipe; else anything unseen, or no check at all, makes it unverifiable. Nothing passes silently. */
export function verdictOf(findings: readonly WipeFinding[]): WipeVerdict {
  if (findings.some((finding) => finding.verdict === 'found')) return 'failed';
  if (findings.length === 0) return 'unverifiable';
  return findings.every((finding) => finding.verdict === 'clean') ? 'verified' : 'unverifiable';
}

/** The job that removes a renter's traces. One per booking. */
export interface DataWipe {
  readonly id: DataWipeId;
  readonly bookingId: BookingId;
  readonly machineId: MachineId;
  readonly status: DataWipeStatus;
  readonly plan: readonly WipeStrategyKind[];
  readonly attempt: number;
  readonly steps: readonly WipeStep[];
  readonly findings: readonly WipeFinding[];
  readonly failureReason: string | null;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
}

/** A clean-up together with everything that its current attempt will have done and looked at. */
export interface DataWipeProgress extends DataWipe {
  readonly plannedSteps: readonly PlannedStep[];
  readonly plannedChecks: readonly string[];
}

/** A signed report; chained per machine by the hash of its predecessor. */
export interface Certificate {
  readonly id: CertificateId;
  readonly dataWipeId: DataWipeId;
  readonly bookingId: BookingId;
  readonly machineId: MachineId;
  /** Compact JWS (RFC 7515), EdDSA (RFC 8037). */
  readonly jws: string;
  readonly keyId: string;
  /** SHA-256 of the compact JWS, hexadecimal. */
  readonly sha256: string;
  readonly previousSha256: string | null;
  readonly verdict: WipeVerdict;
  readonly issuedAt: Instant;
}
