import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '../common/instant.ts';
import { ledgerTransferIdSchema } from '../common/ids.ts';
import { amountMicros, currencySchema } from '../common/money.ts';
import type { StatementLine } from '../ledger/ledger.ts';
import { statementCsv, textCell } from './statement-csv.ts';

const line = (overrides: Partial<StatementLine>): StatementLine => ({
  transferId: ledgerTransferIdSchema.parse('019a0000-0000-7000-8000-000000000001'),
  kind: 'manual_credit',
  bookingId: null,
  paymentId: null,
  explanation: 'A credit.',
  amount: amountMicros(1_500_000n),
  currency: currencySchema.parse('EUR'),
  at: instant(Date.UTC(2026, 10, 30, 23, 59, 59, 999)),
  ...overrides,
});

/** RFC 4180, section 2, written a second time: rows of cells. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    const [, quoted, plain, end] = match;
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
    if (cell.lastIndex === text.length) break;
  }
  return rows;
}

describe('the export of an account', () => {
  test('has a header, lines that end in CRLF, and amounts that a spreadsheet adds up', () => {
    const csv = statementCsv([line({}), line({ amount: amountMicros(-123_456n) })]);
    expect(csv.split('\r\n')).toEqual([
      'at,transfer_id,kind,booking_id,payment_id,explanation,amount,currency',
      '2026-11-30T23:59:59.999Z,019a0000-0000-7000-8000-000000000001,manual_credit,,,A credit.,1.50,EUR',
      '2026-11-30T23:59:59.999Z,019a0000-0000-7000-8000-000000000001,manual_credit,,,A credit.,-0.123456,EUR',
      '',
    ]);
  });

  test('of nothing is its header', () => {
    expect(statementCsv([])).toBe('at,transfer_id,kind,booking_id,payment_id,explanation,amount,currency\r\n');
  });

  test.each([
    ['=HYPERLINK("http://evil.test","x")', `"'=HYPERLINK(""http://evil.test"",""x"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1+1', "'  =1+1"],
    ['\t=1+1', "'\t=1+1"],
    ['\r=1', `"'\r=1"`],
    ['＝1+1', "'＝1+1"],
    ['a=b', 'a=b'],
    ['one, two', '"one, two"'],
    ['say "yes"', '"say ""yes"""'],
    ['two\nlines', '"two\nlines"'],
    ['', ''],
  ])('writes %j so that no spreadsheet runs it', (text, cell) => {
    expect(textCell(text)).toBe(cell);
  });

  test('gives back every text, but for the apostrophe before a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (texts) => {
        const rows = parseCsv(statementCsv(texts.map((explanation) => line({ explanation }))));
        const cells = rows.slice(1).map((row) => row[5] ?? '');
        expect(rows.every((row) => row.length === 8)).toBe(true);
        expect(cells).toEqual(texts.map((text) => (/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text)));
        expect(cells.some((cell) => /^[=+\-@\t\r]/.test(cell))).toBe(false);
      }),
    );
  });
});
