import { DomainError } from '@rsm/domain/common/domain-error';
import { CERTIFICATE_PDF_BYTES_MAX, type CertificateRenderer } from '@rsm/domain/data-wipes/certificate-renderer';
import type { OutsideTransactionGuard } from '@rsm/domain/unit-of-work/unit-of-work';
import { NamedLimit } from '../common/named-limit.ts';
import { makePdf } from '../documents/pdf-file.ts';
import { readSignedReport } from './signed-report.ts';

export interface PdfCertificateRendererOptions {
  readonly assertOutsideTransaction: OutsideTransactionGuard;
  /** Where the keys are published that check a report. */
  readonly keySetUrl: string;
}

/** Reports that are drawn at the same time in one process; drawing is work for the processor alone, so more would only wait in it. */
const DRAWN_AT_ONCE_MAX = 1;
/** Callers who wait for that, and for how long; then they are asked to come back. */
const WAITING_MAX = 20;
const WAIT_MS_MAX = 15_000;

/**
 * Draws reports with PDFKit. Their QR code is the address of the keys with the hash of the report behind `#`, which no browser sends: who
 * scans it gets the keys and reads the hash.
 */
export function createPdfCertificateRenderer(options: PdfCertificateRendererOptions): CertificateRenderer {
  const limit = new NamedLimit({
    name: 'drawn clean-up reports',
    atOnceMax: DRAWN_AT_ONCE_MAX,
    queueMax: WAITING_MAX,
    waitMsMax: WAIT_MS_MAX,
  });
  return {
    render: (certificate) => {
      options.assertOutsideTransaction('Drawing a clean-up report');
      return limit.run(() => draw(certificate, options.keySetUrl));
    },
  };
}

async function draw(
  { jws, keyId, sha256 }: Parameters<CertificateRenderer['render']>[0],
  keySetUrl: string,
): Promise<Uint8Array> {
  const report = readSignedReport(jws);
  const [{ encodeQR }, { drawCertificate }] = await Promise.all([import('qr'), import('./draw-certificate.ts')]);
  const qr = encodeQR(`${keySetUrl}#sha256=${sha256}`, 'raw', { ecc: 'medium', border: 2 });
  const bytes = await makePdf({
    title: `Clean-up report ${report.certificateId}`,
    author: report.issuer,
    createdAt: new Date(report.issuedAt),
    draw: (paper) => drawCertificate(paper, report, { sha256, keyId, keySetUrl, qr }),
  });
  if (bytes.length <= CERTIFICATE_PDF_BYTES_MAX) return bytes;
  throw new DomainError('limit_reached', 'This report is too large to be drawn.', {
    remedy: 'Save the signed text instead: it holds the same.',
  });
}
