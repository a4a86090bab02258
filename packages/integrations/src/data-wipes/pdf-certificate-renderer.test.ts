import { CERTIFICATE_PDF_BYTES_MAX } from '@rsm/domain/data-wipes/certificate-renderer';
import readQr from 'jsqr';
import { describe, expect, test } from 'vitest';
import { readPdf, type Square } from '../documents/read-pdf.fixture.ts';
import { createPdfCertificateRenderer } from './pdf-certificate-renderer.ts';
import { sampleReport, storedReport } from './sample-report.fixture.ts';

const keySetUrl = 'https://market.example.org/.well-known/jwks.json';
const renderer = createPdfCertificateRenderer({ assertOutsideTransaction: () => undefined, keySetUrl });
const draw = async (report: object = sampleReport) => readPdf(await renderer.render(storedReport(report)));

describe('the PDF of a clean-up report', () => {
  test('says what the signed text says, and what it leaves open', async () => {
    const text = (await draw()).pages.join('\n').replaceAll(/\s+/g, ' ');
    for (const words of [
      'Clean-up report',
      'It says: failed. At least one check found something',
      '2026-11-22T10:00:00.000Z by market.example.org',
      'Łódź gpu-1',
      'done, exit status 0, 2026-11-22T09:01:00.000Z, 7 ms: rm -rf {home}',
      'FOUND: one key in a file of keys',
      'could not look: no findmnt',
      'NIST SP 800-88 Rev. 2',
      'none. No category is claimed.',
      'serial number',
      'Freed blocks were not overwritten.',
      'Whoever has root can lie to any checker.',
      'A valid signature does not prove that nothing is left.',
    ]) {
      expect(text).toContain(words);
    }
  });

  test('says what was planted to be looked for, and nothing of it where the report is older than that', async () => {
    const { canaries, ...older } = sampleReport;
    const text = (await draw()).pages.join('').replaceAll(/\s/g, '');
    expect(text).toContain(`Markers${canaries.note}/var/tmp`.replaceAll(' ', ''));
    expect(text).toContain(`ofthename${'c'.repeat(64)},ofthecontent${'d'.repeat(64)}`);
    expect((await draw(older)).pages.join('')).not.toContain('Markers');
  });

  test('bears the hash of the signed text, the key and the address of the keys in letters', async () => {
    const { sha256 } = storedReport();
    const [first = ''] = (await draw()).pages;
    for (const words of [sha256, 'key-1', keySetUrl, 'b'.repeat(64)])
      expect(first.replaceAll(/\s/g, '')).toContain(words);
  });

  test('bears hash and address in a code that a camera reads', async () => {
    const { squares } = await draw();
    expect(scan(squares)).toBe(`${keySetUrl}#sha256=${storedReport().sha256}`);
  });

  test('of another report has another hash, in letters and in the code', async () => {
    const other = { ...sampleReport, verdict: 'unverifiable' };
    const { pages, squares } = await draw(other);
    expect(pages.join('')).not.toContain(storedReport().sha256);
    expect(scan(squares)).toBe(`${keySetUrl}#sha256=${storedReport(other).sha256}`);
  });

  test('is the same file whenever it is drawn', async () => {
    const [one, two] = [await renderer.render(storedReport()), await renderer.render(storedReport())];
    expect(Buffer.compare(one, two)).toBe(0);
  });

  test('of many pages has the hash and its place on each', async () => {
    const long = reportWith(40);
    const { pages } = await draw(long);
    const { sha256 } = storedReport(long);
    expect(pages.length).toBeGreaterThan(2);
    for (const [at, page] of pages.entries()) {
      expect(page).toContain(`SHA-256 ${sha256}`);
      expect(page).toContain(`Page ${String(at + 1)} of ${String(pages.length)}`);
    }
    expect(pages.join('\n')).toContain('step 39');
  });

  test('of the longest report stays below its limit', { tags: 'deep' }, async () => {
    const bytes = await renderer.render(storedReport(reportWith(500)));
    expect(bytes.length).toBeLessThan(CERTIFICATE_PDF_BYTES_MAX / 2);
  });

  test('is never drawn inside a transaction', () => {
    const strict = createPdfCertificateRenderer({
      keySetUrl,
      assertOutsideTransaction: (what) => {
        throw new Error(`${what} must not happen inside a transaction.`);
      },
    });
    expect(() => strict.render(storedReport())).toThrow(
      /^Drawing a clean-up report must not happen inside a transaction/,
    );
  });
});

/** A report of so many steps and findings, each as long as it may be. */
function reportWith(rows: number): object {
  const [step] = sampleReport.steps;
  return {
    ...sampleReport,
    steps: Array.from({ length: rows }, (_, at) => ({
      ...step,
      name: `step ${String(at)}`,
      command: 'x '.repeat(2_000),
    })),
    findings: Array.from({ length: rows }, (_, at) => ({
      check: `check ${String(at)}`,
      verdict: 'clean',
      detail: 'y'.repeat(2_000),
    })),
  };
}

/** Photographs the squares, with a white border, and reads the code by code that is not the one that made it. */
function scan(squares: readonly Square[]): string | undefined {
  const [pixelsPerPoint, border] = [4, 20];
  const [left, top] = [Math.min(...squares.map(({ x }) => x)), Math.min(...squares.map(({ y }) => y))];
  const right = Math.max(...squares.map(({ side, x }) => x + side));
  const size = Math.round((right - left) * pixelsPerPoint) + 2 * border;
  const image = new Uint8ClampedArray(size * size * 4).fill(255);
  for (const { side, x, y } of squares) {
    const [fromX, toX, fromY, toY] = [x - left, x - left + side, y - top, y - top + side].map(
      (points) => Math.round(points * pixelsPerPoint) + border,
    ) as [number, number, number, number];
    for (let row = fromY; row < toY; row += 1) {
      for (let column = fromX; column < toX; column += 1)
        image.fill(0, (row * size + column) * 4, (row * size + column) * 4 + 3);
    }
  }
  return readQr.default(image, size, size)?.data;
}
