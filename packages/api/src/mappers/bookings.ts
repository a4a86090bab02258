import type { AccessHistory } from '@rsm/domain/access/access-history';
import type { Connection } from '@rsm/domain/access/connection';
import { isLive, type Booking, type BookingStateChange } from '@rsm/domain/bookings/booking';
import type { EndConsequence } from '@rsm/domain/bookings/booking-ending';
import type { BookingSummary } from '@rsm/domain/bookings/booking-repository';
import type { BookingDetail } from '@rsm/domain/bookings/booking-view';
import type { ExtensionQuote } from '@rsm/domain/bookings/booking-extension';
import type { Quote } from '@rsm/domain/bookings/booking-placement';
import { toIso } from '@rsm/domain/common/instant';
import type {
  AccessHistoryRead,
  BookingDetailRead,
  BookingHistoryRead,
  BookingListItem,
  BookingRead,
  ConnectionRead,
  EndConsequenceRead,
  ExtensionQuoteRead,
  QuoteRead,
} from '../schemas/bookings.ts';
import { toDecimal, toTime, toTimeOrNull, toTimeRange } from './common.ts';

export function toQuoteRead(quote: Quote): QuoteRead {
  return {
    range: toTimeRange(quote.range),
    pricePerHourMicros: quote.pricePerHour,
    currency: quote.currency,
    maximumMicros: quote.maximum,
    taxIncludedMicros: quote.tax.included,
    taxName: quote.tax.name,
    taxBasisPoints: quote.tax.basisPoints,
    turnaroundMs: quote.turnaroundMs,
    cancellationPolicy: quote.cancellationPolicy,
    wipePlan: [...quote.wipePlan],
    containerImage: quote.containerImage,
  };
}

export function toExtensionQuoteRead(quote: ExtensionQuote): ExtensionQuoteRead {
  return {
    newEnd: toTime(quote.newEnd),
    pricePerHourMicros: quote.pricePerHour,
    currency: quote.currency,
    additionalMicros: quote.additional,
    maximumMicros: quote.maximum,
  };
}

export function toEndConsequenceRead(consequence: EndConsequence): EndConsequenceRead {
  return {
    at: toTime(consequence.at),
    chargedMicros: consequence.charged,
    releasedMicros: consequence.released,
    currency: consequence.currency,
    explanation: [...consequence.explanation],
  };
}

/** What only the renter is told is left out for the other side. */
export function toBookingRead(booking: Booking, viewer: BookingDetail['viewer'] = 'renter'): BookingRead {
  return {
    id: booking.id,
    listingId: booking.listingId,
    machineId: booking.machineId,
    start: toTime(booking.start),
    end: toTime(booking.end),
    turnaroundMs: booking.turnaroundMs,
    status: booking.status,
    statusReason: booking.statusReason,
    statusChangedAt: toTime(booking.statusChangedAt),
    endReason: booking.endReason,
    accessMode: booking.accessMode,
    priceSegments: booking.priceSegments.map((segment) => ({
      range: toTimeRange(segment),
      pricePerHourMicros: segment.pricePerHour,
    })),
    currency: booking.currency,
    feeBasisPoints: booking.feeBasisPoints,
    cancellationPolicy: booking.cancellationPolicy,
    holdMicros: booking.holdAmount,
    chargedMicros: booking.chargedAmount,
    releasedMicros: booking.releasedAmount,
    readyAt: toTimeOrNull(booking.readyAt),
    accessEndedAt: toTimeOrNull(booking.accessEndedAt),
    cancelRequestedAt: toTimeOrNull(booking.cancelRequestedAt),
    endRequestedAt: toTimeOrNull(booking.endRequestedAt),
    deadlineAt: toTimeOrNull(booking.deadlineAt),
    canaryConsent: booking.canaryConsent,
    containerImage: booking.containerImage,
    autoExtend: viewer === 'provider' ? null : toAutoExtendRead(booking),
    createdAt: toTime(booking.createdAt),
  };
}

function toAutoExtendRead({ autoExtend, status }: Booking): BookingRead['autoExtend'] {
  if (autoExtend === null || !isLive(status)) return null;
  return { stepMs: autoExtend.stepMs, maximumMicros: autoExtend.maximum };
}

export function toBookingDetailRead(detail: BookingDetail): BookingDetailRead {
  return {
    booking: toBookingRead(detail.booking, detail.viewer),
    viewer: detail.viewer,
    listingTitle: detail.listingTitle,
    machineName: detail.machineName,
    renterName: detail.renterName,
    providerName: detail.providerName,
    delayReason: detail.delayReason,
  };
}

export function toBookingListItem(booking: BookingSummary): BookingListItem {
  return {
    id: booking.id,
    viewer: booking.viewer,
    listingTitle: booking.listingTitle,
    machineName: booking.machineName,
    otherName: booking.otherName,
    listingId: booking.listingId,
    machineId: booking.machineId,
    start: toIso(booking.start),
    end: toIso(booking.end),
    status: booking.status,
    statusReason: booking.statusReason,
    accessMode: booking.accessMode,
    currency: booking.currency,
    hold: toDecimal(booking.holdAmount),
    charged: booking.chargedAmount === null ? null : toDecimal(booking.chargedAmount),
    released: booking.releasedAmount === null ? null : toDecimal(booking.releasedAmount),
    createdAt: toIso(booking.createdAt),
  };
}

export function toBookingHistoryRead(changes: readonly BookingStateChange[]): BookingHistoryRead {
  return { changes: changes.map(({ from, to, reason, at }) => ({ from, to, reason, at: toTime(at) })) };
}

export function toConnectionRead(connection: Connection): ConnectionRead {
  return { ...connection, hostKey: { ...connection.hostKey } };
}

export function toAccessHistoryRead(history: AccessHistory): AccessHistoryRead {
  return {
    accountName: history.accountName,
    mode: history.mode,
    keys: history.keys.map((key) => ({ ...key })),
    entries: history.entries.map(({ kind, at, deadline }) => ({
      kind,
      at: toTime(at),
      deadline: toTimeOrNull(deadline),
    })),
    watchdogDeadlineAt: toTimeOrNull(history.watchdogDeadlineAt),
  };
}
