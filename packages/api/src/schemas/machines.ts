import { z } from 'zod';
import { renterNetworkSchema } from '@rsm/domain/access/renter-network';
import { blockIdSchema, machineIdSchema } from '@rsm/domain/common/ids';
import { DAY_MS } from '@rsm/domain/common/instant';
import { HORIZON_MS } from '@rsm/domain/listings/listing';
import {
  accessModes,
  hostKeyStates,
  machineStatuses,
  quarantineReasons,
  reachabilities,
} from '@rsm/domain/machines/machine';
import { machineFactsSchema } from '@rsm/domain/machines/machine-facts';
import { minuteKinds } from '@rsm/domain/machines/machine-minutes';
import { blockKinds } from '@rsm/domain/occupancies/occupancy';
import {
  idOutput,
  lineInput,
  pageFields,
  pageOf,
  reasonInput,
  timeOutput,
  timeRangeInput,
  timeRangeOutput,
} from './common.ts';

const NAME_LENGTH_MAX = 80;
const ADDRESS_SENTENCE = 'Must be a host name or an IP address, without a port.';

const endpointInput = z.strictObject({
  address: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$|^[0-9a-fA-F:]{2,45}$/, { error: ADDRESS_SENTENCE }),
  port: z.int().min(1).max(65_535),
});

export const machineConnect = z.strictObject({
  name: lineInput(NAME_LENGTH_MAX),
  control: endpointInput,
  /** Where renters connect; the control endpoint when null. */
  renter: endpointInput.nullable().default(null),
  sshUser: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: 'Must be a user name as useradd(8) takes it, such as root.' }),
  declaredRegion: lineInput(60),
  accessMode: z.enum(accessModes).default('unix_user'),
});

export const machineRef = z.strictObject({ id: machineIdSchema });

export const machineConfirmHostKey = z.strictObject({
  id: machineIdSchema,
  fingerprint: z
    .string()
    .trim()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, { error: 'Must be a fingerprint as ssh-keygen -lf prints it: SHA256:…' }),
});

export const machineRename = z.strictObject({ id: machineIdSchema, name: lineInput(NAME_LENGTH_MAX) });

/** What renters may reach beside the public internet. */
export const machineSetRenterNetwork = z.strictObject({ id: machineIdSchema, network: renterNetworkSchema });

export const machineRelease = z.strictObject({ id: machineIdSchema, reason: reasonInput });

export const machineCommandList = z.strictObject({ ...pageFields, id: machineIdSchema });

export const machineMinuteList = z.strictObject({
  id: machineIdSchema,
  range: timeRangeInput({ durationMaxMs: DAY_MS, words: 'one day' }),
});

export const machineCalendar = z.strictObject({
  id: machineIdSchema,
  range: timeRangeInput({ durationMaxMs: HORIZON_MS, words: '180 days' }),
});

export const blockCreate = z.strictObject({
  id: machineIdSchema,
  kind: z.enum(blockKinds),
  range: timeRangeInput({ durationMaxMs: HORIZON_MS, words: '180 days' }),
  note: lineInput(200).nullable().default(null),
});

export const blockRemove = z.strictObject({ blockId: blockIdSchema });

const endpointRead = z.strictObject({ address: z.string(), port: z.int() });
export const hostKeyRead = z.strictObject({ keyType: z.string(), publicKey: z.string(), fingerprint: z.string() });

/** A machine as its provider and an admin see it. Its private keys never leave the server, sealed or not. */
export const machineRead = z.strictObject({
  id: idOutput,
  name: z.string(),
  control: endpointRead,
  renter: endpointRead,
  sshUser: z.string(),
  declaredRegion: z.string(),
  accessMode: z.enum(accessModes),
  renterNetwork: z.strictObject({ allowedNetworks: z.array(z.string()), mailAllowed: z.boolean() }),
  status: z.enum(machineStatuses),
  quarantineReason: z.enum(quarantineReasons).nullable(),
  statusReason: z.string().nullable(),
  reachability: z.enum(reachabilities),
  reachabilityChangedAt: timeOutput.nullable(),
  hostKeyState: z.enum(hostKeyStates),
  hostKey: hostKeyRead.nullable(),
  lastError: z.string().nullable(),
  facts: machineFactsSchema.nullable(),
  factsReadAt: timeOutput.nullable(),
  verifiedAt: timeOutput.nullable(),
  createdAt: timeOutput,
});
export type MachineRead = z.infer<typeof machineRead>;

export const machinePage = pageOf(machineRead);

export const onboardingBlocksRead = z.strictObject({ grant: z.string(), takeAway: z.string() });

export const machineChecksRead = z.strictObject({
  checkedAt: timeOutput.nullable(),
  checks: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      actual: z.string(),
      required: z.string(),
      passed: z.boolean(),
      remedy: z.string().nullable(),
    }),
  ),
});
export type MachineChecksRead = z.infer<typeof machineChecksRead>;

export const machineCommandRead = z.strictObject({
  purpose: z.string(),
  /** The template, placeholders unfilled. */
  template: z.string(),
  exitStatus: z.int().nullable(),
  durationMs: z.number(),
  outputBytes: z.int(),
  startedAt: timeOutput,
});
export type MachineCommandRead = z.infer<typeof machineCommandRead>;
export const machineCommandPage = pageOf(machineCommandRead);

export const machineMinutesRead = z.strictObject({
  spans: z.array(z.strictObject({ kind: z.enum(minuteKinds), range: timeRangeOutput })),
});
export type MachineMinutesRead = z.infer<typeof machineMinutesRead>;

export const blockRead = z.strictObject({
  id: idOutput,
  kind: z.enum(blockKinds),
  range: timeRangeOutput,
  note: z.string().nullable(),
  createdAt: timeOutput,
});
export type BlockRead = z.infer<typeof blockRead>;

/** What occupies a machine, for its provider. A booking's range holds its clean-up time. */
export const machineCalendarRead = z.strictObject({
  occupancies: z.array(
    z.strictObject({ range: timeRangeOutput, bookingId: idOutput.nullable(), blockId: idOutput.nullable() }),
  ),
  blocks: z.array(blockRead),
});
export type MachineCalendarRead = z.infer<typeof machineCalendarRead>;
