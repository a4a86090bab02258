import type { AccessHistory } from '../access/access-history.ts';
import { accessHistoryOf } from '../bookings/access-history.ts';
import type { Booking } from '../bookings/booking.ts';
import type { Instant, TimeRange } from '../common/instant.ts';
import { later, toIso } from '../common/instant.ts';
import { PAGE_LIMIT_MAX } from '../common/page.ts';
import type { WipeFinding } from '../data-wipes/data-wipe.ts';
import type { StatementLine } from '../ledger/ledger.ts';
import type { MinuteKind, MinuteSpan } from '../machines/machine-minutes.ts';
import { readMinutes } from '../machines/read-minutes.ts';
import type { Reads } from '../unit-of-work/unit-of-work.ts';
import type { DisputeEvidence } from './dispute-evidence.ts';
import { EVIDENCE_ROWS_MAX } from './dispute-evidence.ts';
import { refundedBy } from './dispute-refund.ts';
import { overAt } from './dispute-window.ts';

type EvidenceReads = Pick<Reads, 'machines' | 'dataWipes' | 'accessGrants' | 'bookings' | 'ledger' | 'disputes'>;

/** Reads what the product itself has written down about a booking that is over. Outside a transaction: it may be a lot. */
export async function gatherEvidence(reads: EvidenceReads, booking: Booking, now: Instant): Promise<DisputeEvidence> {
  const used = { start: booking.start, end: later(booking.start, overAt(booking) ?? booking.end) };
  const [cleanUp, access, history, lines, minutes, disputes] = await Promise.all([
    readCleanUp(reads, booking),
    readAccess(reads, booking),
    reads.bookings.listStateChanges(booking.id),
    readMoney(reads, booking),
    readMinutes(reads, booking.machineId, used),
    reads.disputes.listByBooking(booking.id),
  ]);
  return {
    version: 1,
    takenAt: toIso(now),
    booking: {
      id: booking.id,
      listingId: booking.listingId,
      machineId: booking.machineId,
      start: toIso(booking.start),
      end: toIso(booking.end),
      status: booking.status,
      endReason: booking.endReason,
      accessMode: booking.accessMode,
      readyAt: isoOrNull(booking.readyAt),
      endRequestedAt: isoOrNull(booking.endRequestedAt),
      accessEndedAt: isoOrNull(booking.accessEndedAt),
    },
    terms: {
      currency: booking.currency,
      cancellationPolicy: booking.cancellationPolicy,
      feeBasisPoints: booking.feeBasisPoints,
      prices: newest(
        booking.priceSegments.map(({ start, end, pricePerHour }) => ({
          start: toIso(start),
          end: toIso(end),
          pricePerHourMicros: pricePerHour.toString(),
        })),
      ),
    },
    money: {
      holdMicros: booking.holdAmount.toString(),
      chargedMicros: (booking.chargedAmount ?? 0n).toString(),
      releasedMicros: (booking.releasedAmount ?? 0n).toString(),
      refundedBeforeMicros: refundedBy(disputes).toString(),
      lines,
    },
    minutes: minutesOf(minutes, used),
    cleanUp,
    access,
    history: history.map(({ from, to, reason, at }) => ({ from, to, reason, at: toIso(at) })),
  };
}

function minutesOf(spans: readonly MinuteSpan[], range: TimeRange): DisputeEvidence['minutes'] {
  const sumsMs: Record<MinuteKind, number> = { up: 0, down: 0, degraded: 0, not_measured: 0 };
  for (const span of spans) sumsMs[span.kind] += span.range.end - span.range.start;
  const notUp = spans.filter((span) => span.kind !== 'up');
  return {
    from: toIso(range.start),
    to: toIso(range.end),
    sumsMs,
    notUp: newest(notUp.map(({ kind, range: { start, end } }) => ({ kind, start: toIso(start), end: toIso(end) }))),
  };
}

async function readCleanUp(reads: EvidenceReads, booking: Booking): Promise<DisputeEvidence['cleanUp']> {
  const wipe = await reads.dataWipes.findByBooking(booking.id);
  if (wipe === null) return null;
  const certificate = await reads.dataWipes.findCertificate(wipe.id);
  const count = (verdict: WipeFinding['verdict']) => wipe.findings.filter((one) => one.verdict === verdict).length;
  return {
    dataWipeId: wipe.id,
    status: wipe.status,
    attempt: wipe.attempt,
    failureReason: wipe.failureReason,
    certificate:
      certificate === null
        ? null
        : {
            id: certificate.id,
            sha256: certificate.sha256,
            keyId: certificate.keyId,
            verdict: certificate.verdict,
            issuedAt: toIso(certificate.issuedAt),
          },
    findings: {
      clean: count('clean'),
      found: count('found'),
      couldNotLook: count('could_not_look'),
      notClean: newest(wipe.findings.filter(({ verdict }) => verdict !== 'clean').map((finding) => ({ ...finding }))),
    },
  };
}

async function readAccess(reads: EvidenceReads, booking: Booking): Promise<DisputeEvidence['access']> {
  const [grant, traces] = await Promise.all([
    reads.accessGrants.findByBooking(booking.id),
    reads.accessGrants.findTraces(booking.id),
  ]);
  // As the provider sees it: he learns which keys were on his machine, and not what the renter calls them.
  const seen: AccessHistory = accessHistoryOf({ booking, viewer: 'provider' }, grant, traces);
  return {
    accountName: seen.accountName,
    watchdogDeadlineAt: isoOrNull(seen.watchdogDeadlineAt),
    keys: seen.keys.map(({ keyType, fingerprint }) => ({ keyType, fingerprint })),
    log: newest(seen.entries.map(({ kind, at, deadline }) => ({ kind, at: toIso(at), deadline: isoOrNull(deadline) }))),
  };
}

/** What the booking's hold took in and gave out, newest first. */
async function readMoney(reads: EvidenceReads, booking: Booking): Promise<DisputeEvidence['money']['lines']> {
  const account = { kind: 'hold', bookingId: booking.id } as const;
  const lines: StatementLine[] = [];
  let cursor: string | null = null;
  do {
    const page = await reads.ledger.statement(account, { limit: PAGE_LIMIT_MAX, cursor });
    lines.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && lines.length < EVIDENCE_ROWS_MAX);
  return {
    rows: lines.map(({ kind, amount, explanation, at }) => ({
      kind,
      amountMicros: amount.toString(),
      explanation,
      at: toIso(at),
    })),
    areAll: cursor === null,
  };
}

/** The newest rows, as many as evidence quotes, of a list that begins with the oldest. */
function newest<Row>(rows: readonly Row[]): { rows: Row[]; leftOut: number } {
  const kept = rows.slice(-EVIDENCE_ROWS_MAX);
  return { rows: kept, leftOut: rows.length - kept.length };
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}
