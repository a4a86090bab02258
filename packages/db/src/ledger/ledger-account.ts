import { createHash } from 'node:crypto';

import { unreachable } from '@rsm/domain/common/domain-error';
import type { Currency } from '@rsm/domain/common/money';
import type { AccountRef } from '@rsm/domain/ledger/ledger';

/** An account as rows know it: one with a balance row, or one of the house without. */
export type AccountPlace =
  | {
      readonly guarded: true;
      readonly id: string;
      readonly kind: string;
      readonly userId: string | null;
      readonly bookingId: string | null;
    }
  | { readonly guarded: false; readonly house: string };

/**
 * The id of an account follows from what it is, so that a transfer names its accounts without reading first: a UUIDv8
 * (RFC 9562, 5.8) over the first bits of SHA-256.
 */
function accountId(kind: string, owner: string, currency: Currency): string {
  const bytes = createHash('sha256').update(`rsm ledger account/${kind}/${owner}/${currency}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Where an account lies. */
export function accountPlace(account: AccountRef, currency: Currency): AccountPlace {
  const { kind } = account;
  switch (kind) {
    case 'wallet':
    case 'provider_pending':
    case 'provider_available': {
      const id = accountId(kind, account.userId, currency);
      return { guarded: true, id, kind, userId: account.userId, bookingId: null };
    }
    case 'hold': {
      const id = accountId(kind, account.bookingId, currency);
      return { guarded: true, id, kind, userId: null, bookingId: account.bookingId };
    }
    case 'platform_revenue':
    case 'clearing':
    case 'adjustments':
    case 'losses':
      return { guarded: false, house: kind };
    default:
      return unreachable(kind);
  }
}
