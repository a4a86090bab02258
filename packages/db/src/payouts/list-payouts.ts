import type { UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { Payout } from '@rsm/domain/payouts/payout';
import type { WaitingPayout } from '@rsm/domain/payouts/payout-repository';

import { fetchLimit, readCursor, timeAndIdSchema, toPage } from '../common/keyset.ts';
import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

export const PAYOUT_COLUMNS = `
  payment.id, payout.provider_id AS "providerId", payment.status, payment.processor,
  payment.processor_reference AS "processorReference", payment.amount_micros AS amount, payment.currency, payment.note,
  payout.origin, payout.week_start AS week, payout.account, payout.carried_in_micros AS "carriedIn",
  payout.remainder_micros AS remainder, payout.attempts, payout.next_check_at AS "nextCheckAt",
  payout.reversed_at AS "reversedAt", payment.created_at AS "createdAt", payment.settled_at AS "settledAt"`;

export const PAYOUT_SOURCE = 'payouts payout JOIN payments payment ON payment.id = payout.payment_id';

/** The payouts of a provider, newest first. */
export async function listPayouts(session: Session, providerId: UserId, request: PageRequest): Promise<Page<Payout>> {
  const [at, id] = readCursor(request, timeAndIdSchema) ?? [null, null];
  const rows = await session.rows<Payout>(
    'list_payouts',
    `SELECT ${PAYOUT_COLUMNS} FROM ${PAYOUT_SOURCE}
     WHERE payout.provider_id = ? AND (?::uuid IS NULL OR (payout.created_at, payout.payment_id) < (?, ?::uuid))
     ORDER BY payout.created_at DESC, payout.payment_id DESC LIMIT ?`,
    [providerId, id, at, id, fetchLimit(request)],
  );
  return toPage(
    request,
    rows,
    (row) => row,
    (row) => [row.createdAt, row.id],
  );
}

/** Pending payouts that are paid by hand, or were made before that time; oldest first. */
export async function listWaitingPayouts(
  session: Session,
  request: PageRequest & { readonly madeBefore: Instant },
): Promise<Page<WaitingPayout>> {
  const [at, id] = readCursor(request, timeAndIdSchema) ?? [null, null];
  const rows = await session.rows<WaitingPayout>(
    'list_waiting_payouts',
    `SELECT ${PAYOUT_COLUMNS}, coalesce(profile.public_name, provider.display_name) AS "providerName"
     FROM ${PAYOUT_SOURCE} JOIN users provider ON provider.id = payout.provider_id
     LEFT JOIN provider_profiles profile ON profile.user_id = provider.id
     WHERE payment.kind = 'payout' AND payment.status = 'pending' AND (payout.account IS NULL OR payment.created_at <= ?)
       AND (?::uuid IS NULL OR (payment.created_at, payment.id) > (?, ?::uuid))
     ORDER BY payment.created_at, payment.id LIMIT ?`,
    [timestamp(request.madeBefore), id, at, id, fetchLimit(request)],
  );
  return toPage(
    request,
    rows,
    (row) => row,
    (row) => [row.createdAt, row.id],
  );
}
