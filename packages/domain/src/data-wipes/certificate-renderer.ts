import type { Certificate } from './data-wipe.ts';

/** No drawn report is larger. */
export const CERTIFICATE_PDF_BYTES_MAX = 4 * 1024 * 1024;

/** Draws signed reports for people. The same report gives the same bytes; what counts is the signed text, not the drawing. */
export interface CertificateRenderer {
  /** A PDF of at most `CERTIFICATE_PDF_BYTES_MAX`; never called inside a transaction, since it takes its time. */
  render(certificate: Pick<Certificate, 'jws' | 'keyId' | 'sha256'>): Promise<Uint8Array>;
}
