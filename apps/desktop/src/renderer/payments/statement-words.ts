import type { TransferKind } from '@rsm/domain/ledger/ledger';
import type { PaymentKind, PaymentStatus, ProcessorName } from '@rsm/domain/payments/payment';
import type { Tone } from '../ui/badge.tsx';

export const transferKindWords: Readonly<Record<TransferKind, string>> = {
  top_up: 'Top-up',
  manual_credit: 'Credit by the operator',
  manual_debit: 'Debit by the operator',
  hold: 'Set aside',
  charge: 'Charged',
  charge_returned: 'Charge given back',
  release: 'Given back',
  earning_available: 'Earned',
  provider_penalty: 'Returned to a renter',
  payout: 'Payout',
  payout_reversed: 'Payout came back',
  refund: 'Refund to your card',
  refund_reversed: 'Refund came back',
  chargeback: 'Chargeback',
  chargeback_reversed: 'Chargeback came back',
  dispute_refund: 'Refund after a dispute',
  debt_repaid: 'Debt repaid',
};

export const paymentKindWords: Readonly<Record<PaymentKind, string>> = {
  top_up: 'Top-up',
  manual_credit: 'Credit by the operator',
  manual_debit: 'Debit by the operator',
  payout: 'Payout',
  refund: 'Refund',
  chargeback: 'Chargeback',
};

export const paymentStatusWords: Readonly<Record<PaymentStatus, { readonly label: string; readonly tone: Tone }>> = {
  pending: { label: 'On its way', tone: 'info' },
  succeeded: { label: 'Done', tone: 'success' },
  failed: { label: 'Declined', tone: 'danger' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
};

export const processorWords: Readonly<Record<ProcessorName, string>> = {
  test: 'test card',
  manual: 'the operator',
  stripe: 'card',
};
