import { z } from 'zod';
import {
  benchmarkKinds,
  benchmarkOrigins,
  benchmarkResultSchema,
  benchmarkStatuses,
} from '@rsm/domain/benchmarks/benchmark';
import { benchmarkIdSchema, machineIdSchema } from '@rsm/domain/common/ids';
import { idOutput, pageFields, pageOf, timeOutput } from './common.ts';

export const benchmarkStart = z.strictObject({
  machineId: machineIdSchema,
  /** All that the machine can do when null. */
  kinds: z
    .array(z.enum(benchmarkKinds))
    .min(1)
    .max(benchmarkKinds.length)
    .refine((kinds) => new Set(kinds).size === kinds.length, { error: 'Must name each kind once.' })
    .nullable()
    .default(null),
});

export const benchmarkRef = z.strictObject({ id: benchmarkIdSchema });
export const benchmarkList = z.strictObject({ ...pageFields, machineId: machineIdSchema });

export const benchmarkRead = z.strictObject({
  id: idOutput,
  machineId: idOutput,
  kind: z.enum(benchmarkKinds),
  origin: z.enum(benchmarkOrigins),
  status: z.enum(benchmarkStatuses),
  progressPercent: z.number().min(0).max(100),
  result: benchmarkResultSchema.nullable(),
  /** How far the score lies from those before it, in percent; null where there is none to compare it with. */
  driftPercent: z.int().nullable(),
  rawOutputSha256: z.string().nullable(),
  failureReason: z.string().nullable(),
  queuedAt: timeOutput,
  startedAt: timeOutput.nullable(),
  finishedAt: timeOutput.nullable(),
});
export type BenchmarkRead = z.infer<typeof benchmarkRead>;

export const benchmarkStarted = z.strictObject({ items: z.array(benchmarkRead).max(benchmarkKinds.length) });
export const benchmarkPage = pageOf(benchmarkRead);
export const rawOutputRead = z.strictObject({ sha256: z.string(), text: z.string() });
