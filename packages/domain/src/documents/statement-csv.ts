import { toIso } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { formatMicros } from '../common/money.ts';
import type { StatementLine } from '../ledger/ledger.ts';

const HEADER = ['at', 'transfer_id', 'kind', 'booking_id', 'payment_id', 'explanation', 'amount', 'currency'] as const;
const LINE_END = '\r\n';

/** Lines of an account as RFC 4180 writes them: a header, CRLF after every line, amounts with a point and without a currency. */
export function statementCsv(lines: readonly StatementLine[]): string {
  return [HEADER.join(','), ...lines.map(csvLine)].map((line) => `${line}${LINE_END}`).join('');
}

function csvLine(line: StatementLine): string {
  return [
    toIso(line.at),
    line.transferId,
    line.kind,
    line.bookingId ?? '',
    line.paymentId ?? '',
    textCell(line.explanation),
    plainDecimal(line.amount, line.currency),
    line.currency,
  ].join(',');
}

/** `-1.50`: what a spreadsheet reads as a number. */
function plainDecimal(amount: AmountMicros, currency: StatementLine['currency']): string {
  return formatMicros(amount, currency).slice(0, -(currency.length + 1));
}

/**
 * A cell that holds somebody's words. A spreadsheet would run what begins like a formula (OWASP, "CSV Injection"), so such a text gets
 * an apostrophe before it; the signs count after white space too, which spreadsheets leave out.
 */
export function textCell(text: string): string {
  const harmless = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
