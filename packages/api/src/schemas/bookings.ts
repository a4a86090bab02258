import { z } from 'zod';
import { accessHistoryKinds } from '@rsm/domain/access/access-history';
import {
  AUTO_EXTEND_STEP_MAX_MS,
  AUTO_EXTEND_STEP_MIN_MS,
  bookingStatuses,
  endReasons,
  PUBLIC_KEYS_PER_BOOKING_MAX,
} from '@rsm/domain/bookings/booking';
import { bookingIdSchema, listingIdSchema, machineIdSchema, sshKeyIdSchema } from '@rsm/domain/common/ids';
import { wipeStrategyKinds } from '@rsm/domain/data-wipes/data-wipe';
import { cancellationPolicies, HORIZON_MS } from '@rsm/domain/listings/listing';
import { accessModes } from '@rsm/domain/machines/machine';
import {
  currencyOutput,
  decimalOutput,
  idempotencyKeyInput,
  idOutput,
  isoOutput,
  microsOutput,
  moneyInput,
  pageFields,
  pageOf,
  pageRequest,
  reasonInput,
  timeInput,
  timeOutput,
  timeRangeOutput,
} from './common.ts';
import { hostKeyRead } from './machines.ts';

const window = {
  /** Now when null. */
  start: timeInput.nullable().default(null),
  durationMs: z
    .int()
    .min(1, { error: 'The end must lie after the start. Choose a longer time.' })
    .max(HORIZON_MS, { error: 'A booking ends at most 180 days from now. Choose a shorter time.' }),
} as const;

/** One of the operator's images by its reference; the first of them when null. */
const containerImage = z.string().min(1).max(300).nullable().default(null);

export const bookingQuote = z.strictObject({ listingId: listingIdSchema, ...window, containerImage });

export const bookingCreate = z.strictObject({
  idempotencyKey: idempotencyKeyInput,
  listingId: listingIdSchema,
  ...window,
  sshKeyIds: z
    .array(sshKeyIdSchema)
    .min(1, { error: 'Choose at least one of your SSH keys.' })
    .max(PUBLIC_KEYS_PER_BOOKING_MAX, {
      error: `Choose at most ${String(PUBLIC_KEYS_PER_BOOKING_MAX)} SSH keys.`,
    }),
  /** Whether marker files may be planted at the start, so that the clean-up can be checked more sharply. */
  canaryConsent: z.boolean().default(false),
  containerImage,
  /** The maximum that was shown: a price that rose meanwhile is refused. */
  acceptedMaximum: moneyInput.nullable().default(null),
});

export const bookingRef = z.strictObject({ id: bookingIdSchema });
export const bookingListAsProvider = pageRequest;

/** One's own bookings, or those of one's machines. */
export const bookingList = z
  .strictObject({
    ...pageFields,
    as: z.enum(['renter', 'provider']).default('renter'),
    machineId: machineIdSchema.nullable().default(null),
  })
  .prefault({});

export const bookingExtendQuote = z.strictObject({ id: bookingIdSchema, newEnd: timeInput });

export const bookingExtend = z.strictObject({
  idempotencyKey: idempotencyKeyInput,
  id: bookingIdSchema,
  newEnd: timeInput,
  /** The addition that was shown: a price that rose meanwhile is refused. */
  acceptedAdditional: moneyInput.nullable().default(null),
});

export const bookingSetAutoExtend = z.strictObject({
  id: bookingIdSchema,
  stepMs: z
    .int()
    .min(AUTO_EXTEND_STEP_MIN_MS, { error: 'A step is at least 10 minutes long. Choose a longer one.' })
    .max(AUTO_EXTEND_STEP_MAX_MS, { error: 'A step is at most 30 days long. Choose a shorter one.' }),
  /** What the whole booking may cost at most. */
  maximum: moneyInput,
});

export const bookingCancelAsProvider = z.strictObject({ id: bookingIdSchema, reason: reasonInput });

/** What a container is made from; a booking keeps it as it was chosen. */
const chosenImageRead = z.strictObject({ name: z.string(), reference: z.string() });

export const quoteRead = z.strictObject({
  range: timeRangeOutput,
  pricePerHourMicros: microsOutput,
  currency: currencyOutput,
  /** The exact maximum: no fee is ever added on top. */
  maximumMicros: microsOutput,
  /** The tax that the maximum includes, with its name and rate. */
  taxIncludedMicros: microsOutput,
  taxName: z.string(),
  taxBasisPoints: z.int(),
  turnaroundMs: z.int(),
  cancellationPolicy: z.enum(cancellationPolicies),
  wipePlan: z.array(z.enum(wipeStrategyKinds)),
  containerImage: chosenImageRead.nullable(),
});
export type QuoteRead = z.infer<typeof quoteRead>;

export const extensionQuoteRead = z.strictObject({
  newEnd: timeOutput,
  pricePerHourMicros: microsOutput,
  currency: currencyOutput,
  additionalMicros: microsOutput,
  maximumMicros: microsOutput,
});
export type ExtensionQuoteRead = z.infer<typeof extensionQuoteRead>;

/** What a person is shown before he ends or cancels. */
export const endConsequenceRead = z.strictObject({
  at: timeOutput,
  chargedMicros: microsOutput,
  releasedMicros: microsOutput,
  currency: currencyOutput,
  /** How the charge comes about, sentence by sentence. */
  explanation: z.array(z.string()),
});
export type EndConsequenceRead = z.infer<typeof endConsequenceRead>;

/** A booking as both sides may see it: nobody's id, address or key. */
export const bookingRead = z.strictObject({
  id: idOutput,
  listingId: idOutput,
  machineId: idOutput,
  start: timeOutput,
  end: timeOutput,
  turnaroundMs: z.int(),
  status: z.enum(bookingStatuses),
  statusReason: z.string().nullable(),
  statusChangedAt: timeOutput,
  endReason: z.enum(endReasons).nullable(),
  accessMode: z.enum(accessModes),
  priceSegments: z.array(z.strictObject({ range: timeRangeOutput, pricePerHourMicros: microsOutput })),
  currency: currencyOutput,
  feeBasisPoints: z.int(),
  cancellationPolicy: z.enum(cancellationPolicies),
  /** The most that the booking can cost. */
  holdMicros: microsOutput,
  chargedMicros: microsOutput.nullable(),
  releasedMicros: microsOutput.nullable(),
  readyAt: timeOutput.nullable(),
  accessEndedAt: timeOutput.nullable(),
  cancelRequestedAt: timeOutput.nullable(),
  endRequestedAt: timeOutput.nullable(),
  deadlineAt: timeOutput.nullable(),
  canaryConsent: z.boolean(),
  /** Null for accounts. */
  containerImage: chosenImageRead.nullable(),
  /** Told to the renter alone, and only while the booking can still get longer. */
  autoExtend: z.strictObject({ stepMs: z.int(), maximumMicros: microsOutput }).nullable(),
  createdAt: timeOutput,
});
export type BookingRead = z.infer<typeof bookingRead>;

/** Of the renter a provider learns the display name only. */
export const bookingDetailRead = z.strictObject({
  booking: bookingRead,
  viewer: z.enum(['renter', 'provider', 'admin']),
  listingTitle: z.string(),
  machineName: z.string(),
  renterName: z.string(),
  providerName: z.string(),
  /** Why a start that has come is late; null when it is not, or when nothing is known to be in its way. */
  delayReason: z.string().nullable(),
});
export type BookingDetailRead = z.infer<typeof bookingDetailRead>;

/** A row of a list of bookings, as one side sees it. JSON only. */
export const bookingListItem = z.strictObject({
  id: idOutput,
  viewer: z.enum(['renter', 'provider']),
  listingTitle: z.string(),
  /** What the provider calls the machine; null for renters, who know it by its listing. */
  machineName: z.string().nullable(),
  /** The provider's public name for the renter, the renter's display name for the provider. */
  otherName: z.string(),
  listingId: idOutput,
  machineId: idOutput,
  start: isoOutput,
  end: isoOutput,
  status: z.enum(bookingStatuses),
  statusReason: z.string().nullable(),
  accessMode: z.enum(accessModes),
  currency: currencyOutput,
  hold: decimalOutput,
  charged: decimalOutput.nullable(),
  released: decimalOutput.nullable(),
  createdAt: isoOutput,
});
export type BookingListItem = z.infer<typeof bookingListItem>;
export const bookingListPage = pageOf(bookingListItem);

export const bookingHistoryRead = z.strictObject({
  changes: z.array(
    z.strictObject({
      from: z.enum(bookingStatuses).nullable(),
      to: z.enum(bookingStatuses),
      reason: z.string().nullable(),
      at: timeOutput,
    }),
  ),
});
export type BookingHistoryRead = z.infer<typeof bookingHistoryRead>;

/** What access a booking gave. Oldest first; the provider is not told what the renter calls his keys. */
export const accessHistoryRead = z.strictObject({
  /** Null before anything was prepared on the machine. */
  accountName: z.string().nullable(),
  mode: z.enum(accessModes),
  keys: z.array(z.strictObject({ keyType: z.string(), fingerprint: z.string(), name: z.string().nullable() })),
  entries: z.array(
    z.strictObject({ kind: z.enum(accessHistoryKinds), at: timeOutput, deadline: timeOutput.nullable() }),
  ),
  /** The deadline that was last read back from the watchdog on the machine. */
  watchdogDeadlineAt: timeOutput.nullable(),
});
export type AccessHistoryRead = z.infer<typeof accessHistoryRead>;

/** Everything a renter needs to log in, with the pinned host key. */
export const connectionRead = z.strictObject({
  host: z.string(),
  port: z.int(),
  user: z.string(),
  hostKey: hostKeyRead,
  knownHostsLine: z.string(),
  sshCommand: z.string(),
  sshConfig: z.string(),
  rsyncCommand: z.string(),
  sftpCommand: z.string(),
  forwardCommand: z.string(),
});
export type ConnectionRead = z.infer<typeof connectionRead>;
