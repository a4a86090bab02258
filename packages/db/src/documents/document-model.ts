import type { DocumentId, PaymentId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros, Currency } from '@rsm/domain/common/money';
import { documentContentSchema } from '@rsm/domain/documents/document-content';
import type { DocumentSummary, IssuedDocument } from '@rsm/domain/documents/document';
import type { DocumentKind } from '@rsm/domain/documents/document-kind';

import { RowModel } from '../common/row-model.ts';

export class DocumentModel extends RowModel {
  static override readonly tableName = 'documents';

  declare id: DocumentId;
  declare user_id: UserId;
  declare kind: DocumentKind;
  declare number: string;
  declare period_start: Instant;
  declare period_end: Instant;
  declare part: number;
  declare payment_id: PaymentId | null;
  declare total_micros: AmountMicros;
  declare tax_micros: AmountMicros;
  declare currency: Currency;
  declare issued_at: Instant;
  declare sha256: string;
  declare canonical?: string;

  /** What a list shows: all but the content, which may be a megabyte. */
  static readonly summaryColumns = [
    'id',
    'user_id',
    'kind',
    'number',
    'period_start',
    'period_end',
    'part',
    'payment_id',
    'total_micros',
    'tax_micros',
    'currency',
    'issued_at',
    'sha256',
  ] as const;

  override $instantColumns(): readonly string[] {
    return ['period_start', 'period_end', 'issued_at'];
  }

  toSummary(): DocumentSummary {
    return {
      id: this.id,
      userId: this.user_id,
      kind: this.kind,
      number: this.number,
      period: { start: this.period_start, end: this.period_end },
      part: this.part,
      paymentId: this.payment_id,
      total: this.total_micros,
      tax: this.tax_micros,
      currency: this.currency,
      issuedAt: this.issued_at,
      sha256: this.sha256,
    };
  }

  /** @throws Error when the row was read without its content, which is a mistake of a query. */
  toIssuedDocument(): IssuedDocument {
    const { canonical } = this;
    if (canonical === undefined) throw new Error(`Document ${this.id} was read without its content.`);
    return { ...this.toSummary(), canonical, content: documentContentSchema.parse(JSON.parse(canonical)) };
  }
}
