import type { DocumentContent } from './document-content.ts';

/** Draws documents. The same content gives the same bytes. */
export interface DocumentRenderer {
  /** A PDF of at most `DOCUMENT_PDF_BYTES_MAX`; never called inside a transaction, since it takes its time. */
  render(content: DocumentContent): Promise<Uint8Array>;
}
