import type { TextFile } from '@rsm/domain/documents/documents-service';
import type { DocumentSummary, IssuedDocument } from '@rsm/domain/documents/document';
import type { BillingData, ProviderTaxData } from '@rsm/domain/documents/tax-data';
import type {
  BillingDataRead,
  CsvRead,
  DocumentDataRead,
  DocumentPdfRead,
  DocumentRead,
  DocumentSummaryRead,
  ProviderTaxDataRead,
} from '../schemas/documents.ts';
import { toTime, toTimeRange } from './common.ts';

export function toDocumentSummaryRead(document: DocumentSummary): DocumentSummaryRead {
  return {
    id: document.id,
    kind: document.kind,
    number: document.number,
    period: toTimeRange(document.period),
    part: document.part,
    paymentId: document.paymentId,
    totalMicros: document.total,
    taxMicros: document.tax,
    currency: document.currency,
    issuedAt: toTime(document.issuedAt),
    sha256: document.sha256,
  };
}

export function toDocumentRead(document: IssuedDocument): DocumentRead {
  return { ...toDocumentSummaryRead(document), content: document.content };
}

export function toDocumentDataRead(file: TextFile & { readonly sha256: string }): DocumentDataRead {
  return { suggestedName: file.suggestedName, text: file.text, sha256: file.sha256 };
}

export function toDocumentPdfRead(file: {
  readonly suggestedName: string;
  readonly bytes: Uint8Array;
}): DocumentPdfRead {
  return { suggestedName: file.suggestedName, base64: Buffer.from(file.bytes).toString('base64') };
}

export function toCsvRead(file: TextFile & { readonly rows: number }): CsvRead {
  return { suggestedName: file.suggestedName, text: file.text, rows: file.rows };
}

export function toProviderTaxDataRead(data: ProviderTaxData): ProviderTaxDataRead {
  return {
    legalName: data.legalName,
    address: data.address,
    country: data.country,
    taxId: data.taxId,
    taxBasisPoints: data.taxBasisPoints,
  };
}

export function toBillingDataRead(data: BillingData): BillingDataRead {
  return { name: data.name, address: data.address, country: data.country, taxId: data.taxId };
}

/** Says nothing as long as nothing was said. */
export function orNull<Value, Dto>(value: Value | null, toDto: (value: Value) => Dto): Dto | null {
  return value === null ? null : toDto(value);
}
