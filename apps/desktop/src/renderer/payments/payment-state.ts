import type { PaymentRead } from '@rsm/api/schemas/payments';
import type { Tone } from '../ui/badge.tsx';
import { paymentStatusWords } from './statement-words.ts';

export interface PaymentState {
  readonly label: string;
  readonly tone: Tone;
}

type Told = Pick<PaymentRead, 'kind' | 'status' | 'actionUrl' | 'reversedAt'>;

/** How a payment stands: the same state means another thing for money that comes, goes back, or is disputed at a bank. */
export function paymentState(payment: Told): PaymentState {
  if (payment.kind === 'refund') return refundState(payment);
  if (payment.kind === 'chargeback') return chargebackState(payment);
  if (payment.status === 'pending' && payment.actionUrl !== null) {
    return { label: 'Waits for your bank', tone: 'warning' };
  }
  return paymentStatusWords[payment.status];
}

function refundState({ status, reversedAt }: Told): PaymentState {
  if (reversedAt !== null || status === 'failed') return { label: 'Came back', tone: 'warning' };
  if (status === 'pending') return { label: 'On its way back', tone: 'info' };
  return paymentStatusWords[status];
}

/** A chargeback succeeds for the owner of the card when his bank gives him the money. */
function chargebackState({ status, reversedAt }: Told): PaymentState {
  if (reversedAt !== null) return { label: 'Undone', tone: 'neutral' };
  if (status === 'pending') return { label: 'Your bank decides', tone: 'warning' };
  return status === 'succeeded'
    ? { label: 'Taken back by your bank', tone: 'danger' }
    : { label: 'Not taken back', tone: 'neutral' };
}

/** By what or whereto the money went; nothing where the kind has said it. */
export function meansWords(kind: PaymentRead['kind'], means: string): string {
  switch (kind) {
    case 'manual_credit':
    case 'manual_debit':
      return '';
    case 'refund':
      return `to ${means}`;
    case 'chargeback':
      return `of a payment by ${means}`;
    case 'top_up':
    case 'payout':
      return `by ${means}`;
  }
}

/** A bank names its reason in one word, such as `product_not_received`. */
export function noteWords(kind: PaymentRead['kind'], note: string): string {
  return kind === 'chargeback' ? `The bank’s reason: ${note.replaceAll('_', ' ')}.` : note;
}
