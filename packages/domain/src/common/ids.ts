import { z } from 'zod';

/**
 * Ids are UUIDv7 (RFC 9562) made by the caller, so that a thing can be named before it exists. Each noun has its own
 * brand: a booking id can't be passed where a machine id is wanted.
 */
function idSchemaOf<Brand extends string>() {
  return z.uuid({ version: 'v7', error: 'Must be an id (a UUID of version 7).' }).brand<Brand>();
}

export const userIdSchema = idSchemaOf<'UserId'>();
export const sshKeyIdSchema = idSchemaOf<'SshKeyId'>();
export const machineIdSchema = idSchemaOf<'MachineId'>();
export const unitIdSchema = idSchemaOf<'UnitId'>();
export const occupancyIdSchema = idSchemaOf<'OccupancyId'>();
export const blockIdSchema = idSchemaOf<'BlockId'>();
export const listingIdSchema = idSchemaOf<'ListingId'>();
export const bookingIdSchema = idSchemaOf<'BookingId'>();
export const accessGrantIdSchema = idSchemaOf<'AccessGrantId'>();
export const benchmarkIdSchema = idSchemaOf<'BenchmarkId'>();
export const paymentIdSchema = idSchemaOf<'PaymentId'>();
export const ledgerTransferIdSchema = idSchemaOf<'LedgerTransferId'>();
export const dataWipeIdSchema = idSchemaOf<'DataWipeId'>();
export const certificateIdSchema = idSchemaOf<'CertificateId'>();
export const earningIdSchema = idSchemaOf<'EarningId'>();
export const debtIdSchema = idSchemaOf<'DebtId'>();
export const cardIdSchema = idSchemaOf<'CardId'>();
export const disputeIdSchema = idSchemaOf<'DisputeId'>();
export const documentIdSchema = idSchemaOf<'DocumentId'>();

export type UserId = z.infer<typeof userIdSchema>;
export type SshKeyId = z.infer<typeof sshKeyIdSchema>;
export type MachineId = z.infer<typeof machineIdSchema>;
export type UnitId = z.infer<typeof unitIdSchema>;
export type OccupancyId = z.infer<typeof occupancyIdSchema>;
export type BlockId = z.infer<typeof blockIdSchema>;
export type ListingId = z.infer<typeof listingIdSchema>;
export type BookingId = z.infer<typeof bookingIdSchema>;
export type AccessGrantId = z.infer<typeof accessGrantIdSchema>;
export type BenchmarkId = z.infer<typeof benchmarkIdSchema>;
export type PaymentId = z.infer<typeof paymentIdSchema>;
export type LedgerTransferId = z.infer<typeof ledgerTransferIdSchema>;
export type DataWipeId = z.infer<typeof dataWipeIdSchema>;
export type CertificateId = z.infer<typeof certificateIdSchema>;
export type EarningId = z.infer<typeof earningIdSchema>;
export type DebtId = z.infer<typeof debtIdSchema>;
export type CardId = z.infer<typeof cardIdSchema>;
export type DisputeId = z.infer<typeof disputeIdSchema>;
export type DocumentId = z.infer<typeof documentIdSchema>;

/** Source of fresh UUIDv7 texts. The composition root provides it; a service brands what it takes with `newId`. */
export interface IdSource {
  next(): string;
}

/**
 * Makes a fresh id of the wanted noun.
 * @throws ZodError when the source does not give UUIDv7, which is a programming error.
 */
export function newId<Schema extends z.ZodType>(source: IdSource, schema: Schema): z.infer<Schema> {
  return schema.parse(source.next());
}
