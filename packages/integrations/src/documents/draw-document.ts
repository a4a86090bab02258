import { setImmediate } from 'node:timers/promises';
import type { DocumentContent, DocumentLine, DocumentParty } from '@rsm/domain/documents/document-content';
import { amountWriter, dayOf, lineTitle, periodWords, rateWords, settlementNotes, titles } from './document-words.ts';
import type { PdfPaper, TextStyle } from './pdf-paper.ts';
import { FAINT, PAPER } from './pdf-paper.ts';

const WIDTH = PAPER.right - PAPER.left;
const SMALL: TextStyle = { size: 7, color: FAINT };
/** The process answers others after so many rows. */
const ROWS_PER_BREATH = 20;
const DATE_WIDTH = 58;
const AMOUNT_WIDTH = 78;
const GAP = 8;

interface Column {
  readonly title: string;
  readonly of: (line: DocumentLine) => string;
}

/** Draws a document on fresh paper. Everything on it comes from the content. */
export async function drawDocument(paper: PdfPaper, content: DocumentContent, sha256: string | null): Promise<void> {
  drawHead(paper, content);
  await drawLines(paper, content);
  drawTotals(paper, content);
  paper.onEveryPage((page, pages) => {
    const { issuer, number } = content;
    paper.put(`${issuer.name} · ${number}`, PAPER.left, PAPER.footer, WIDTH / 2, SMALL);
    const place = `Page ${String(page)} of ${String(pages)}`;
    paper.put(place, PAPER.left + WIDTH / 2, PAPER.footer, WIDTH / 2, { ...SMALL, align: 'right' });
    if (sha256 !== null && page === pages) {
      paper.put(`SHA-256 of the data: ${sha256}`, PAPER.left, PAPER.footer + 10, WIDTH, SMALL);
    }
  });
}

function drawHead(paper: PdfPaper, content: DocumentContent): void {
  const { currency, issuedAt, issuer, kind, number, part, recipient } = content;
  const half = WIDTH / 2 - GAP;
  const right = PAPER.left + WIDTH / 2 + GAP;
  paper.y += paper.text(titles[kind], PAPER.left, paper.y, WIDTH, { size: 20, font: 'bold' }) + 14;
  const top = paper.y;
  const facts = [
    ['Number', number],
    ['Issued on', dayOf(issuedAt)],
    ['Period', periodWords(content)],
    ...(part > 1 ? [['Part', String(part)] as const] : []),
    ['Currency', currency],
  ] as const;
  let y = top;
  for (const [name, value] of facts) {
    paper.put(name, right, y, 60, { color: FAINT });
    y += paper.text(value, right + 64, y, half - 64) + 3;
  }
  const afterFacts = y;
  y = drawParty(paper, 'From', issuer, top, half);
  y = drawParty(paper, 'To', recipient, y + 12, half);
  paper.y = Math.max(y, afterFacts) + 18;
}

function drawParty(paper: PdfPaper, word: string, party: DocumentParty, top: number, width: number): number {
  let y = top + paper.text(word, PAPER.left, top, width, SMALL) + 1;
  y += paper.text(party.name, PAPER.left, y, width, { font: 'bold', size: 10 });
  const lines = [
    ...party.address,
    ...(party.country === null ? [] : [party.country]),
    ...(party.taxId === null ? [] : [`Tax number: ${party.taxId}`]),
    ...(party.email === null ? [] : [party.email]),
  ];
  for (const line of lines) y += paper.text(line, PAPER.left, y, width) + 1;
  return y;
}

async function drawLines(paper: PdfPaper, content: DocumentContent): Promise<void> {
  const amount = amountWriter(content);
  const orNothing = (micros: string | null): string => (micros === null ? '' : amount(micros));
  const amountColumn: Column = { title: 'Amount', of: (line) => amount(line.amountMicros) };
  const columns: readonly Column[] =
    content.kind === 'provider_statement'
      ? [
          { title: 'Renter paid', of: (line) => orNothing(line.grossMicros) },
          { title: 'Platform fee', of: (line) => orNothing(line.feeMicros) },
          amountColumn,
        ]
      : [amountColumn];
  const textLeft = PAPER.left + DATE_WIDTH;
  const textWidth = WIDTH - DATE_WIDTH - columns.length * AMOUNT_WIDTH - GAP;
  const columnLeft = (index: number): number => PAPER.right - (columns.length - index) * AMOUNT_WIDTH;

  const drawTableHead = (): void => {
    const head: TextStyle = { size: 8, font: 'bold' };
    paper.put('Date', PAPER.left, paper.y, DATE_WIDTH, head);
    paper.put('What', textLeft, paper.y, textWidth, head);
    for (const [index, { title }] of columns.entries()) {
      paper.put(title, columnLeft(index), paper.y, AMOUNT_WIDTH, { ...head, align: 'right' });
    }
    paper.y += 14;
    paper.rule();
    paper.y += 5;
  };

  drawTableHead();
  paper.onNewPage = drawTableHead;
  for (const [index, line] of content.lines.entries()) {
    if (index % ROWS_PER_BREATH === ROWS_PER_BREATH - 1) await setImmediate();
    const below = `${line.text} Transfer ${line.transferId}`;
    const titleHeight = paper.heightOf(lineTitle(line), textWidth);
    const height = titleHeight + paper.heightOf(below, textWidth, SMALL);
    paper.need(height);
    paper.put(dayOf(line.at), PAPER.left, paper.y, DATE_WIDTH);
    paper.put(lineTitle(line), textLeft, paper.y, textWidth);
    paper.put(below, textLeft, paper.y + titleHeight, textWidth, SMALL);
    for (const [place, column] of columns.entries()) {
      paper.put(column.of(line), columnLeft(place), paper.y, AMOUNT_WIDTH, { align: 'right' });
    }
    paper.y += height + 5;
  }
  if (content.lines.length === 0) {
    paper.y += paper.text('Nothing in this period.', textLeft, paper.y, textWidth, { color: FAINT }) + 5;
  }
  // The totals need no table's head above them.
  paper.onNewPage = null;
}

function drawTotals(paper: PdfPaper, content: DocumentContent): void {
  const rows = totalRows(content);
  const note = `${settlementNotes[content.kind]} Each line names its transfer in the ledger.`;
  const rowHeight = 15;
  paper.need(rows.length * rowHeight + paper.heightOf(note, WIDTH, SMALL) + 24);
  paper.rule();
  paper.y += 7;
  for (const { isBold, name, value } of rows) {
    const style: TextStyle = isBold ? { font: 'bold', size: 10 } : {};
    paper.put(name, PAPER.left + DATE_WIDTH, paper.y, WIDTH - DATE_WIDTH - 140, style);
    paper.put(value, PAPER.right - 140, paper.y, 140, { ...style, align: 'right' });
    paper.y += rowHeight;
  }
  paper.y += 8;
  paper.y += paper.text(note, PAPER.left + DATE_WIDTH, paper.y, WIDTH - DATE_WIDTH, SMALL);
}

interface TotalRow {
  readonly name: string;
  readonly value: string;
  readonly isBold: boolean;
}

function totalRows(content: DocumentContent): readonly TotalRow[] {
  const { balance, currency, kind, payout, tax, totalMicros } = content;
  const amount = amountWriter(content);
  const row = (name: string, micros: string, isBold = false): TotalRow => ({
    name,
    value: `${amount(micros)} ${currency}`,
    isBold,
  });
  const taxName = `${tax.name} ${rateWords(tax.basisPoints)}`;
  if (kind === 'invoice' || kind === 'credit_note') {
    const taxed = tax.basisPoints > 0;
    return [
      ...(taxed ? [row('Net', tax.netMicros), row(`${taxName}, included`, tax.includedMicros)] : []),
      row(taxed ? 'Total, tax included' : 'Total', totalMicros, true),
    ];
  }
  const opening = balance?.openingMicros ?? '0';
  const closing = balance?.closingMicros ?? '0';
  const stated = [
    row('Balance before', opening),
    row('Sum of the lines', totalMicros),
    row(payout === null ? 'Balance after' : 'Balance before the payout', closing, payout === null),
  ];
  if (payout !== null) {
    const carried = (BigInt(closing) - BigInt(payout.amountMicros)).toString();
    return [...stated, row('Paid out', payout.amountMicros, true), row('Carried over', carried)];
  }
  if (kind !== 'provider_statement') return stated;
  return [
    ...stated,
    row('Turnover among the lines', tax.grossMicros),
    ...(tax.basisPoints > 0
      ? [row(`${taxName} in the turnover, at your own rate`, tax.includedMicros), row('Turnover, net', tax.netMicros)]
      : []),
  ];
}
