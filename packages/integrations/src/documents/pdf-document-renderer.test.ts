import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { canonicalJson } from '@rsm/domain/documents/canonical-json';
import { DOCUMENT_LINES_MAX, DOCUMENT_PDF_BYTES_MAX } from '@rsm/domain/documents/document';
import { describe, expect, test } from 'vitest';
import { createPdfDocumentRenderer } from './pdf-document-renderer.ts';
import { readPdf } from './read-pdf.fixture.ts';
import {
  sampleHead,
  sampleInvoice,
  samplePayoutStatement,
  sampleProviderStatement,
} from './sample-documents.fixture.ts';

const renderer = createPdfDocumentRenderer({ assertOutsideTransaction: () => undefined });
const pagesOf = async (content: ReturnType<typeof sampleInvoice>) => readPdf(await renderer.render(content)).pages;
const wholeOf = async (content: ReturnType<typeof sampleInvoice>) =>
  (await pagesOf(content)).join('\n').replaceAll(/\s+/g, ' ');

describe('the PDF of a document', () => {
  test('says who, to whom, when, how much and with how much tax, in letters of many languages', async () => {
    const content = sampleInvoice(5);
    const text = await wholeOf(content);
    for (const words of [
      'Invoice',
      'INV-2026-000123',
      '2026-12-01',
      '2026-11-01 to 2026-11-30 (UTC)',
      'Märkte für Rechner GmbH',
      'Große Straße 1',
      'Tax number: DE123456789',
      'Łukasz Ångström & Söhne',
      'Οδός Ερμού 5',
      'Sixteen cores under 2 € №3, 2026-11-03 10:00 to 12:00 UTC',
      '9.000002',
      'Net 37.815134 EUR',
      'USt. 19 %, included 7.184876 EUR',
      'Total, tax included 45.000010 EUR',
      'Paid from the prepaid wallet: nothing is due.',
      createHash('sha256').update(canonicalJson(content)).digest('hex'),
    ]) {
      expect(text).toContain(words);
    }
  });

  test('breaks pages between the lines of 500 charges: each once, each page with its head and its place', async () => {
    const content = sampleInvoice(500);
    const pages = await pagesOf(content);
    expect(pages).toHaveLength(24);
    const words = pages.map((page) => page.replaceAll(/\s+/g, ' '));
    for (const [index, page] of words.entries()) {
      expect(page).toContain(`Page ${String(index + 1)} of 24`);
      expect(page).toContain('Date What Amount');
      expect(page).toContain('INV-2026-000123');
    }
    const whole = words.join(' ');
    for (const { transferId } of content.lines) expect(whole.split(transferId)).toHaveLength(2);
    expect(words.at(-1)).toContain('Total, tax included 3960.112050 EUR');
  });

  test('of a provider names what the renter paid and the fee, his own tax rate, and his balance', async () => {
    const text = await wholeOf(sampleProviderStatement(3));
    for (const words of [
      'Statement of earnings',
      'Part 2',
      'Renter paid',
      'Platform fee',
      '10.000001',
      'Balance before 5.000000 EUR',
      'Balance after 32.000003 EUR',
      'USt. 8.1 % in the turnover, at your own rate',
    ]) {
      expect(text).toContain(words);
    }
  });

  test('of a payout says what was paid out and what is carried over', async () => {
    const text = await wholeOf(samplePayoutStatement());
    expect(text).toContain('Paid out 20.000000 EUR');
    expect(text).toContain('Carried over 7.000003 EUR');
  });

  test('without tax says no word of it, and without lines says so', async () => {
    const content = sampleInvoice(0);
    const text = await wholeOf({ ...content, tax: { ...content.tax, basisPoints: 0 } });
    expect(text).toContain('Nothing in this period.');
    expect(text).toContain('Total 0.00 EUR');
    expect(text).not.toContain('USt.');
  });

  test('is the same file whenever it is drawn', async () => {
    const [one, two] = [await renderer.render(sampleInvoice(30)), await renderer.render(sampleInvoice(30))];
    expect(Buffer.compare(one, two)).toBe(0);
  });

  test('of the longest document stays far below its limit, and others are answered meanwhile', async () => {
    let breaths = 0;
    const timer = setInterval(() => (breaths += 1), 1);
    const bytes = await renderer.render(sampleInvoice(DOCUMENT_LINES_MAX));
    clearInterval(timer);
    expect(bytes.length).toBeLessThan(DOCUMENT_PDF_BYTES_MAX / 8);
    expect(breaths).toBeGreaterThan(50);
  });

  test('takes whatever somebody wrote: endless words, control characters, signs that no font has', async () => {
    const name = `${'x'.repeat(3_000)}\u0000\n\u202e🦀漢`;
    const content = sampleInvoice(2, { recipient: { ...sampleHead.recipient, name } });
    const pages = await pagesOf(content);
    expect(pages.join('')).toContain('019a0000-0000-7000-8000-000000000002');
  });

  test('is never drawn inside a transaction', () => {
    const strict = createPdfDocumentRenderer({
      assertOutsideTransaction: (what) => {
        throw new Error(`${what} must not happen inside a transaction.`);
      },
    });
    expect(() => strict.render(sampleInvoice(1))).toThrow(/^Drawing a document must not happen inside a transaction/);
  });

  test('costs a process nothing that draws none: library and fonts are loaded with the first one', () => {
    const moduleUrl = (file: string) => JSON.stringify(join(import.meta.dirname, file));
    const script = `
      import { registerHooks } from 'node:module';
      let loaded = 0;
      registerHooks({
        resolve(specifier, context, next) {
          if (specifier === 'pdfkit') loaded += 1;
          return next(specifier, context);
        },
      });
      const { createPdfDocumentRenderer } = await import(${moduleUrl('pdf-document-renderer.ts')});
      const { sampleInvoice } = await import(${moduleUrl('sample-documents.fixture.ts')});
      const renderer = createPdfDocumentRenderer({ assertOutsideTransaction: () => undefined });
      const before = loaded;
      await renderer.render(sampleInvoice(1));
      console.log(before, loaded > 0);`;
    const node = createRequire(import.meta.url).resolve('node/bin/node');
    const out = execFileSync(node, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script]);
    expect(out.toString().trim()).toBe('0 true');
  });
});
