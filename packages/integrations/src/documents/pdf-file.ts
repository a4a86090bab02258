import type { PdfPaper } from './pdf-paper.ts';

export interface PdfFile {
  readonly title: string;
  readonly author: string;
  /** The only time in the file, so that the same content gives the same bytes. */
  readonly createdAt: Date;
  readonly draw: (paper: PdfPaper) => Promise<void>;
}

/** Makes the bytes of a PDF. The library and its fonts are loaded with the first one, so that a process which draws none does not carry them. */
export async function makePdf({ author, createdAt, draw, title }: PdfFile): Promise<Buffer> {
  const [{ default: PdfDocument }, { PdfPaper }] = await Promise.all([import('pdfkit'), import('./pdf-paper.ts')]);
  const pdf = new PdfDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Author: author, CreationDate: createdAt },
  });
  const chunks: Buffer[] = [];
  const { promise, reject, resolve } = Promise.withResolvers<Buffer>();
  pdf.on('data', (chunk: Buffer) => void chunks.push(chunk));
  pdf.on('end', () => resolve(Buffer.concat(chunks)));
  pdf.on('error', reject);
  await draw(new PdfPaper(pdf));
  pdf.end();
  return promise;
}
