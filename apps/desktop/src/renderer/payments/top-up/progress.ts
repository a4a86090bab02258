import type { PaymentRead } from '@rsm/api/schemas/payments';

/** How a top-up stands, as far as its owner has to do or know something. */
export type TopUpProgress = 'confirm' | 'under_way' | 'paid' | 'not_paid';

export function progressOf(payment: Pick<PaymentRead, 'status' | 'actionUrl'>): TopUpProgress {
  if (payment.status === 'pending') return payment.actionUrl === null ? 'under_way' : 'confirm';
  return payment.status === 'succeeded' ? 'paid' : 'not_paid';
}
