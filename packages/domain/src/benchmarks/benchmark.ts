import { z } from 'zod';
import type { BenchmarkId, MachineId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { StateGraph } from '../common/state-graph.ts';

export const benchmarkKinds = ['cpu', 'memory', 'storage', 'network', 'gpu'] as const;
export type BenchmarkKind = (typeof benchmarkKinds)[number];

export const benchmarkStatuses = ['queued', 'running', 'succeeded', 'failed'] as const;
export type BenchmarkStatus = (typeof benchmarkStatuses)[number];

export const benchmarkStateGraph: StateGraph<BenchmarkStatus> = {
  queued: ['running', 'failed'],
  // A worker that died is followed by another one: the run begins anew.
  running: ['succeeded', 'failed', 'running'],
  succeeded: [],
  failed: [],
};

/** Who asked for a run: the provider, or we, because the last one is old or of other hardware. */
export const benchmarkOrigins = ['requested', 'weekly', 'facts_changed'] as const;
export type BenchmarkOrigin = (typeof benchmarkOrigins)[number];

/** One measured figure, raw and with its unit; the spread is shown to users. */
export const measurementSchema = z.strictObject({
  name: z.string().min(1).max(60),
  unit: z.string().min(1).max(30),
  median: z.number(),
  minimum: z.number(),
  maximum: z.number(),
  repetitions: z.int().min(1).max(100),
});
export type Measurement = z.infer<typeof measurementSchema>;

export const benchmarkResultSchema = z.strictObject({
  tool: z.string().min(1).max(60),
  toolVersion: z.string().min(1).max(60),
  /** Version of our method and formula: scores of different versions are never compared silently. */
  methodVersion: z.int().min(1),
  parameters: z.record(z.string().max(60), z.string().max(200)),
  measurements: z.array(measurementSchema).min(1).max(40),
  /** Relative to a named reference machine = 1000. */
  score: z.int().min(0),
  referenceMachine: z.string().min(1).max(120),
});
export type BenchmarkResult = z.infer<typeof benchmarkResultSchema>;

/** One measured run of one strategy. */
export interface Benchmark {
  readonly id: BenchmarkId;
  readonly machineId: MachineId;
  readonly kind: BenchmarkKind;
  readonly origin: BenchmarkOrigin;
  /** Of the machine's facts when the run was queued; null where they were not known. */
  readonly factsFingerprint: string | null;
  readonly status: BenchmarkStatus;
  /** 0 to 100. */
  readonly progressPercent: number;
  readonly result: BenchmarkResult | null;
  /** How far the score lies from those before it (drift.ts), in percent; null where there is none to compare it with. */
  readonly driftPercent: number | null;
  readonly rawOutputSha256: string | null;
  readonly failureReason: string | null;
  readonly queuedAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
}

/** Raw output longer than this is cut by the strategy, which says so in it. */
export const RAW_OUTPUT_BYTES_MAX = 524_288;
