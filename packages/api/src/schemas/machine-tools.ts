import { machineIdSchema } from '@rsm/domain/common/ids';
import { benchmarkTools, missingToolSchema, packageManagers } from '@rsm/domain/machines/machine-software';
import { CONSENTS_SHOWN_MAX } from '@rsm/domain/machines/machine-tools-service';
import { z } from 'zod';
import { timeOutput } from './common.ts';

export const machineToolsConsent = z.strictObject({
  id: machineIdSchema,
  /** Those that were named; only what is missing can be consented to. */
  tools: z
    .array(z.enum(benchmarkTools))
    .min(1, { error: 'Name at least one tool.' })
    .max(benchmarkTools.length)
    .refine((tools) => new Set(tools).size === tools.length, { error: 'Must name each tool once.' }),
});

const missingTools = z.array(missingToolSchema).max(benchmarkTools.length);

/** Given by the machine's provider, and kept with what was named to him. */
export const toolConsentRead = z.strictObject({
  consentedAt: timeOutput,
  tools: missingTools,
  packageManager: z.enum(packageManagers),
  /** Null while it is being done. */
  finishedAt: timeOutput.nullable(),
  /** Why it was not done. */
  problem: z.string().nullable(),
});
export type ToolConsentRead = z.infer<typeof toolConsentRead>;

export const machineToolsRead = z.strictObject({
  /** Null where none that we know is there. */
  packageManager: z.enum(packageManagers).nullable(),
  missingTools,
  /** Null before the first checks. */
  seenAt: timeOutput.nullable(),
  /** Newest first. */
  consents: z.array(toolConsentRead).max(CONSENTS_SHOWN_MAX),
});
export type MachineToolsRead = z.infer<typeof machineToolsRead>;
