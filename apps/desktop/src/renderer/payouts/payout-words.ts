import type { PayoutAccountRead, PayoutRead } from '@rsm/api/schemas/payouts';
import type { PayoutLineSort } from '@rsm/domain/payouts/payout-statement';
import type { Tone } from '../ui/badge.tsx';

interface Word {
  readonly label: string;
  readonly tone: Tone;
}

type PayoutFacts = Pick<PayoutRead, 'status' | 'isByHand' | 'note' | 'reversedAt'>;

/** How a payout stands, in a word. */
export function payoutWord(payout: PayoutFacts): Word {
  switch (payout.status) {
    case 'pending':
      return payout.isByHand
        ? { label: 'Waits for the operator', tone: 'warning' }
        : { label: 'On its way', tone: 'info' };
    case 'succeeded':
      return payout.reversedAt === null
        ? { label: 'Paid out', tone: 'success' }
        : { label: 'Came back', tone: 'danger' };
    case 'failed':
      return { label: 'Did not arrive', tone: 'danger' };
    case 'cancelled':
      return { label: 'Not paid', tone: 'danger' };
  }
}

/** What that means for the money. */
export function payoutSentence(payout: PayoutFacts): string {
  switch (payout.status) {
    case 'pending':
      return payout.isByHand
        ? 'The operator of this marketplace pays it by hand and confirms it here.'
        : 'The processor has been asked to pay it. Banks take a few days.';
    case 'succeeded':
      return payout.reversedAt === null ? 'It has been paid.' : 'It came back. Its money is available again.';
    case 'failed':
    case 'cancelled':
      return payout.reversedAt === null
        ? 'Its money is on its way back to you.'
        : 'Nothing is lost: its money is available again.';
  }
}

/** What the note of a payout is: why it did not arrive, or how it was paid. */
export const payoutNoteLabel = ({ status, reversedAt }: PayoutFacts): string =>
  status === 'succeeded' && reversedAt === null ? 'Note' : 'Reason';

export const payoutOriginWords: Readonly<Record<PayoutRead['origin'], string>> = {
  request: 'Asked for by you',
  weekly: 'Weekly run',
};

export const payoutSortWords: Readonly<Record<PayoutLineSort, string>> = {
  earning: 'Earned',
  taken_back: 'Taken back',
  debt_repaid: 'Debt repaid',
  payout_returned: 'An earlier payout that came back',
  other: 'Other',
};

export const accountWords: Readonly<Record<PayoutAccountRead['status'], Word>> = {
  by_hand: { label: 'Paid by hand', tone: 'info' },
  none: { label: 'No payout account', tone: 'warning' },
  incomplete: { label: 'Not ready yet', tone: 'warning' },
  ready: { label: 'Ready', tone: 'success' },
  closed: { label: 'Closed', tone: 'danger' },
};

/** What the account's state asks of its owner. */
export function accountSentence(
  account: Pick<PayoutAccountRead, 'status' | 'disabledReason'> & { readonly missing: readonly string[] },
): string {
  switch (account.status) {
    case 'by_hand':
      return 'The operator of this marketplace pays you by hand: you need no account here. Ask for a payout, or wait for the weekly run.';
    case 'none':
      return 'Payouts go to your bank through the payment processor. Tell it on its own page who you are and where the money goes; this marketplace never sees your bank details.';
    case 'incomplete':
      return account.disabledReason === null && account.missing.length === 0
        ? 'The processor is still checking what you gave it. That can take a day or two.'
        : 'Your account takes no payouts yet.';
    case 'ready':
      return 'Your account takes payouts.';
    case 'closed':
      return 'Your payout account is closed at the processor. Set up a new one to be paid again; nothing that you earned is lost.';
  }
}

/** The processor's names of what it wants, such as `individual.verification.document`, a little nearer to words. */
export function missingWords(item: string): string {
  const words = item.replaceAll(/[._]+/g, ' ').trim();
  return words === '' ? item : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
