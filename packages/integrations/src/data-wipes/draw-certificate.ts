import { setImmediate } from 'node:timers/promises';
import { canaryPlaceWords } from '@rsm/domain/data-wipes/canary';
import type { PdfPaper, TextStyle } from '../documents/pdf-paper.ts';
import { FAINT, PAPER } from '../documents/pdf-paper.ts';
import type { SignedReport } from './signed-report.ts';

const WIDTH = PAPER.right - PAPER.left;
const SMALL: TextStyle = { size: 7, color: FAINT };
const NAME_WIDTH = 130;
const QR_SIZE = 112;
const GAP = 10;
/** The process answers others after so many rows. */
const ROWS_PER_BREATH = 20;

/** What a PDF says beside the report itself. */
export interface CertificateMarks {
  readonly sha256: string;
  readonly keyId: string;
  readonly keySetUrl: string;
  /** Rows of dark and light cells. */
  readonly qr: readonly (readonly boolean[])[];
}

/** Draws a report on fresh paper. Everything on it comes from the signed text and its marks. */
export async function drawCertificate(paper: PdfPaper, report: SignedReport, marks: CertificateMarks): Promise<void> {
  drawHead(paper, report, marks);
  await drawRows(paper, 'Machine and booking', subjectRows(report));
  const { category, categoryReason, media, performedBy, standard, verifiedBy } = report.sanitization;
  await drawRows(paper, 'Steps', report.steps.map(stepRow));
  const findings = report.findings.map((finding) => [finding.check, findingWords(finding)] as const);
  await drawRows(paper, 'What was looked for', findings);
  if (report.canaries !== undefined) await drawRows(paper, 'Markers', canaryRows(report.canaries));
  await drawRows(paper, standard, [
    ['Category', `${category}. ${categoryReason}`],
    ['Performed by', Object.values(performedBy).join(' · ')],
    ['Verified by', Object.values(verifiedBy).join(' · ')],
  ]);
  for (const [index, medium] of media.entries()) {
    await drawRows(
      paper,
      `Medium ${String(index + 1)} of ${String(media.length)}`,
      Object.entries(medium).map(wordsOfField),
    );
  }
  await drawRows(paper, 'What it does not cover', [
    ...report.notCovered.map((sentence) => ['', sentence] as const),
    ['Limits', report.limits],
  ]);
  paper.onEveryPage((page, pages) => {
    paper.put(`SHA-256 ${marks.sha256}`, PAPER.left, PAPER.footer, WIDTH - 80, SMALL);
    const place = `Page ${String(page)} of ${String(pages)}`;
    paper.put(place, PAPER.right - 80, PAPER.footer, 80, { ...SMALL, align: 'right' });
  });
}

function drawHead(paper: PdfPaper, report: SignedReport, { keyId, keySetUrl, qr, sha256 }: CertificateMarks): void {
  const top = paper.y;
  const width = WIDTH - QR_SIZE - 2 * GAP;
  paper.cells(qr, PAPER.right - QR_SIZE, top, QR_SIZE);
  paper.y += paper.text('Clean-up report', PAPER.left, paper.y, width, { size: 20, font: 'bold' }) + 8;
  paper.y +=
    paper.text(`It says: ${report.verdict}. ${report.statement}`, PAPER.left, paper.y, width, { size: 11 }) + 10;
  const lines = [
    ['Report', report.certificateId],
    ['Issued', `${report.issuedAt} by ${report.issuer}`],
    ['SHA-256', sha256],
    ['Follows', report.previousSha256 ?? 'nothing: it is the first of its machine'],
    ['Signed with key', keyId],
    ['Keys', keySetUrl],
  ] as const;
  for (const [name, words] of lines) {
    paper.put(name, PAPER.left, paper.y, 70, { color: FAINT, size: 8 });
    paper.y += paper.text(words, PAPER.left + 74, paper.y, width - 74, { size: 8 }) + 2;
  }
  const note =
    'This page is a drawing. The report is the signed text (JWS) with this SHA-256, which anyone can check with the keys at that address: the code holds both. A valid signature does not prove that nothing is left.';
  paper.y = Math.max(paper.y, top + QR_SIZE) + GAP;
  paper.y += paper.text(note, PAPER.left, paper.y, WIDTH, SMALL) + GAP;
}

type Row = readonly [name: string, words: string];

async function drawRows(paper: PdfPaper, title: string, rows: readonly Row[]): Promise<void> {
  paper.need(50);
  paper.y += 6;
  paper.y += paper.text(title, PAPER.left, paper.y, WIDTH, { font: 'bold', size: 10 }) + 3;
  paper.rule();
  paper.y += 4;
  const left = PAPER.left + NAME_WIDTH;
  for (const [index, [name, words]] of rows.entries()) {
    if (index % ROWS_PER_BREATH === ROWS_PER_BREATH - 1) await setImmediate();
    const width = PAPER.right - left;
    const height = Math.max(paper.heightOf(name, NAME_WIDTH - GAP), paper.heightOf(words, width));
    paper.need(height);
    paper.put(name, PAPER.left, paper.y, NAME_WIDTH - GAP, { color: FAINT });
    paper.put(words, left, paper.y, width);
    paper.y += height + 3;
  }
  if (rows.length === 0) paper.y += paper.text('Nothing.', left, paper.y, WIDTH - NAME_WIDTH, { color: FAINT }) + 3;
}

function subjectRows({ booking, machine }: SignedReport): readonly Row[] {
  return [
    ['Machine', `${machine.name} (${machine.id})`],
    ['Host key', machine.hostKeyFingerprint],
    ['System', [machine.operatingSystem, machine.processor, ...machine.gpus].join(', ')],
    ['Booking', booking.id],
    ['From, until', `${booking.start}, ${booking.end}`],
    ['Access ended', booking.accessEndedAt],
  ];
}

function stepRow(step: SignedReport['steps'][number]): Row {
  const exit = step.exitStatus === null ? 'no exit status' : `exit status ${String(step.exitStatus)}`;
  const when = `${new Date(step.startedAt).toISOString()}, ${String(step.durationMs)} ms`;
  return [step.name, `${step.succeeded ? 'done' : 'FAILED'}, ${exit}, ${when}: ${step.command}`];
}

function findingWords({ detail, verdict }: SignedReport['findings'][number]): string {
  const words = { clean: 'clean', found: 'FOUND', could_not_look: 'could not look' } as const;
  return detail === '' ? words[verdict] : `${words[verdict]}: ${detail}`;
}

function canaryRows({ markers, note }: NonNullable<SignedReport['canaries']>): readonly Row[] {
  return [
    ['', note],
    ...markers.map(({ contentSha256, nameSha256, place }): Row => {
      return [canaryPlaceWords[place], `SHA-256 of the name ${nameSha256}, of the content ${contentSha256}`];
    }),
  ];
}

/** `serialNumber` becomes `serial number`. */
function wordsOfField([field, value]: readonly [string, string]): Row {
  return [field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), value];
}
