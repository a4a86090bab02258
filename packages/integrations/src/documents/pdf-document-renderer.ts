import { createHash } from 'node:crypto';
import { DomainError } from '@rsm/domain/common/domain-error';
import { canonicalJson } from '@rsm/domain/documents/canonical-json';
import { DOCUMENT_PDF_BYTES_MAX } from '@rsm/domain/documents/document';
import type { DocumentContent } from '@rsm/domain/documents/document-content';
import type { DocumentRenderer } from '@rsm/domain/documents/document-renderer';
import type { OutsideTransactionGuard } from '@rsm/domain/unit-of-work/unit-of-work';
import { NamedLimit } from '../common/named-limit.ts';
import { titles } from './document-words.ts';
import { makePdf } from './pdf-file.ts';

export interface PdfDocumentRendererOptions {
  readonly assertOutsideTransaction: OutsideTransactionGuard;
}

/** Documents that are drawn at the same time in one process; drawing is work for the processor alone, so more would only wait in it. */
const DRAWN_AT_ONCE_MAX = 1;
/** Callers who wait for that, and for how long; then they are asked to come back. */
const WAITING_MAX = 20;
const WAIT_MS_MAX = 15_000;

/**
 * Draws documents with PDFKit. The library and its fonts are loaded with the first document, so that a process which draws none does not
 * carry them. The same content gives the same bytes: the only time in the file is that of the issue.
 */
export function createPdfDocumentRenderer({ assertOutsideTransaction }: PdfDocumentRendererOptions): DocumentRenderer {
  const limit = new NamedLimit({
    name: 'drawn documents',
    atOnceMax: DRAWN_AT_ONCE_MAX,
    queueMax: WAITING_MAX,
    waitMsMax: WAIT_MS_MAX,
  });
  return {
    render: (content) => {
      assertOutsideTransaction('Drawing a document');
      return limit.run(() => draw(content));
    },
  };
}

async function draw(content: DocumentContent): Promise<Uint8Array> {
  const { drawDocument } = await import('./draw-document.ts');
  const sha256 = createHash('sha256').update(canonicalJson(content)).digest('hex');
  const bytes = await makePdf({
    title: `${titles[content.kind]} ${content.number}`,
    author: content.issuer.name,
    createdAt: new Date(content.issuedAt),
    draw: (paper) => drawDocument(paper, content, sha256),
  });
  if (bytes.length > DOCUMENT_PDF_BYTES_MAX) {
    throw new DomainError('limit_reached', 'This document is too large to be drawn.', {
      remedy: 'Take its data instead: it holds the same.',
    });
  }
  return bytes;
}
