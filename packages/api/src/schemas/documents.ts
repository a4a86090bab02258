import { z } from 'zod';
import { documentIdSchema, userIdSchema } from '@rsm/domain/common/ids';
import { isCountryCode } from '@rsm/domain/documents/countries';
import { documentContentSchema } from '@rsm/domain/documents/document-content';
import { documentKinds } from '@rsm/domain/documents/document-kind';
import { TAX_BASIS_POINTS_MAX } from '@rsm/domain/documents/tax';
import {
  ADDRESS_LENGTH_MAX,
  ADDRESS_LINES_MAX,
  PARTY_NAME_LENGTH_MAX,
  TAX_ID_LENGTH_MAX,
  addressLines,
} from '@rsm/domain/documents/tax-data';
import {
  currencyOutput,
  idOutput,
  lineInput,
  microsOutput,
  pageFields,
  pageOf,
  textInput,
  timeInput,
  timeOutput,
  timeRangeOutput,
} from './common.ts';

export const documentRef = z.strictObject({ id: documentIdSchema });
export const documentListOf = z.strictObject({ ...pageFields, userId: userIdSchema });

const summary = {
  id: idOutput,
  kind: z.enum(documentKinds),
  /** `INV-2026-000123`. */
  number: z.string(),
  period: timeRangeOutput,
  /** Counts the documents of one month from 1. */
  part: z.int(),
  paymentId: idOutput.nullable(),
  totalMicros: microsOutput,
  taxMicros: microsOutput,
  currency: currencyOutput,
  issuedAt: timeOutput,
  /** SHA-256 of what `documents.data` gives. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
};
export const documentSummaryRead = z.strictObject(summary);
export type DocumentSummaryRead = z.infer<typeof documentSummaryRead>;
export const documentPage = pageOf(documentSummaryRead);

/** The content is JSON as it was written down: amounts are millionths as texts, times ISO 8601. */
export const documentRead = z.strictObject({ ...summary, content: documentContentSchema });
export type DocumentRead = z.infer<typeof documentRead>;

const fileName = z.string().regex(/^[A-Za-z0-9_-]+\.(json|csv)$/);

/** The content as the text whose SHA-256 is beside it. */
export const documentDataRead = z.strictObject({ suggestedName: fileName, text: z.string(), sha256: z.string() });
export type DocumentDataRead = z.infer<typeof documentDataRead>;

export const documentPdfRead = z.strictObject({
  suggestedName: z.string().regex(/^[A-Z]{3}-\d{4}-\d{6,}\.pdf$/),
  base64: z.base64(),
});
export type DocumentPdfRead = z.infer<typeof documentPdfRead>;

/** Lines of an account from `from` on until before `to`. */
export const csvExport = z
  .strictObject({
    account: z.enum(['wallet', 'provider_pending', 'provider_available']).default('wallet'),
    from: timeInput,
    to: timeInput,
  })
  .refine((range) => range.to > range.from, {
    path: ['to'],
    error: 'The end must lie after the beginning. Choose a later end or an earlier beginning.',
  });

export const csvRead = z.strictObject({ suggestedName: fileName, text: z.string(), rows: z.int() });
export type CsvRead = z.infer<typeof csvRead>;

const addressInput = textInput(ADDRESS_LENGTH_MAX)
  .min(1, { error: 'Must not be empty.' })
  .refine((text) => addressLines(text).length <= ADDRESS_LINES_MAX, {
    error: `Must have at most ${String(ADDRESS_LINES_MAX)} lines.`,
  });

const COUNTRY_SENTENCE = 'Must be a country of ISO 3166-1 in two capital letters, such as DE.';
const countryInput = z.string({ error: COUNTRY_SENTENCE }).trim().refine(isCountryCode, { error: COUNTRY_SENTENCE });

const taxIdInput = lineInput(TAX_ID_LENGTH_MAX)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ./-]*$/u, { error: 'Must hold letters, digits, spaces and . / - only.' })
  .nullable();

export const providerTaxDataSet = z.strictObject({
  legalName: lineInput(PARTY_NAME_LENGTH_MAX),
  address: addressInput,
  country: countryInput,
  taxId: taxIdInput,
  /** What the provider's turnover includes: 1900 is 19 %. */
  taxBasisPoints: z.int().min(0).max(TAX_BASIS_POINTS_MAX),
});

export const billingDataSet = z.strictObject({
  name: lineInput(PARTY_NAME_LENGTH_MAX),
  address: addressInput,
  country: countryInput.nullable(),
  taxId: taxIdInput,
});

const providerTaxData = z.strictObject({
  legalName: z.string(),
  address: z.string(),
  country: z.string(),
  taxId: z.string().nullable(),
  taxBasisPoints: z.int(),
});
/** Null as long as nothing was said. */
export const providerTaxDataRead = providerTaxData.nullable();
export type ProviderTaxDataRead = z.infer<typeof providerTaxData>;

const billingData = z.strictObject({
  name: z.string(),
  address: z.string(),
  country: z.string().nullable(),
  taxId: z.string().nullable(),
});
export const billingDataRead = billingData.nullable();
export type BillingDataRead = z.infer<typeof billingData>;
