import { z } from 'zod';
import type { MachineId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';

/** What benchmarks are made with, each in a package of the same name in Debian, Fedora and Alpine. */
export const benchmarkTools = ['sysbench', 'fio', 'iperf3'] as const;
export type BenchmarkTool = (typeof benchmarkTools)[number];

/** What installs them: the first of these that a machine has. */
export const packageManagers = ['apt', 'dnf', 'apk'] as const;
export type PackageManager = (typeof packageManagers)[number];

/** A tool that a machine lacks, and the version that its own package lists offer; null where they name none. */
export const missingToolSchema = z.strictObject({
  tool: z.enum(benchmarkTools),
  version: z.string().min(1).max(80).nullable(),
});
export type MissingTool = z.infer<typeof missingToolSchema>;

/** What software was seen on a machine when it was last looked at. */
export interface MachineSoftware {
  /** Null where none that we know is there. */
  readonly packageManager: PackageManager | null;
  readonly missingTools: readonly MissingTool[];
  /** Those of the operator's images that lie on the machine, by reference; null where nobody looked. */
  readonly images: readonly string[] | null;
}

/** A provider's word that what was named may be installed on his machine. Never deleted. */
export interface ToolConsent {
  readonly machineId: MachineId;
  readonly consentedBy: UserId;
  readonly consentedAt: Instant;
  /** What was named to him. */
  readonly tools: readonly MissingTool[];
  readonly packageManager: PackageManager;
  /** Null while it is being done. */
  readonly finishedAt: Instant | null;
  /** Why it was not done, as a sentence; null when it was, or is not over. */
  readonly problem: string | null;
}

export interface MachineSoftwareReads {
  find(id: MachineId): Promise<(MachineSoftware & { readonly seenAt: Instant }) | null>;
  /** Newest first, at most `limit`. */
  listConsents(id: MachineId, limit: number): Promise<readonly ToolConsent[]>;
  /** Machines whose consent was given before `before` and is not acted on, at most `limit`. */
  listDueConsents(before: Instant, limit: number): Promise<readonly MachineId[]>;
}

export interface MachineSoftwareRepository extends MachineSoftwareReads {
  save(id: MachineId, software: MachineSoftware, at: Instant): Promise<void>;
  /** @throws DomainError conflict while another one is being acted on */
  insertConsent(consent: ToolConsent): Promise<void>;
  /** Ends the open one; false when there is none. */
  finishConsent(id: MachineId, end: { readonly at: Instant; readonly problem: string | null }): Promise<boolean>;
}
