import type { StandInStore } from './stand-in-store.ts';
import type { WireObject } from './stand-in-wire.ts';

/** The owner of a card asks his bank for the money back (docs.stripe.com/disputes/how-disputes-work). */
export function openDispute(
  store: StandInStore,
  intentId: string,
  { amount, status = 'needs_response' }: { readonly amount?: number; readonly status?: string } = {},
): string {
  const intent = store.get('payment_intent', intentId);
  const dispute = store.put('dispute', {
    id: store.newId('du'),
    object: 'dispute',
    amount: amount ?? intent['amount'],
    charge: intent['latest_charge'],
    created: store.seconds(),
    currency: intent['currency'],
    livemode: false,
    metadata: {},
    payment_intent: intentId,
    reason: 'fraudulent',
    status,
  });
  store.tell('charge.dispute.created', dispute);
  if (!status.startsWith('warning_')) store.tell('charge.dispute.funds_withdrawn', dispute);
  return dispute.id;
}

/** The bank has decided, or an inquiry became a dispute. */
export function moveDispute(store: StandInStore, id: string, status: string): WireObject {
  const dispute = store.change('dispute', id, { status });
  const isOver = status === 'won' || status === 'lost' || status === 'warning_closed';
  store.tell(isOver ? 'charge.dispute.closed' : 'charge.dispute.updated', dispute);
  if (status === 'won') store.tell('charge.dispute.funds_reinstated', dispute);
  return dispute;
}
