import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Payout } from './payout.ts';

/** Tells a provider about his payout. */
export function tellProvider(tx: Tx, payout: Pick<Payout, 'id' | 'providerId'>, text: string): void {
  tx.events.add({
    audience: payout.providerId,
    kind: 'payout_changed',
    subject: 'payment',
    subjectId: payout.id,
    text,
  });
}

/** Tells a provider about the account that his payouts go to. */
export function tellAboutAccount(tx: Tx, providerId: Payout['providerId'], text: string): void {
  tx.events.add({ audience: providerId, kind: 'payout_changed', subject: 'user', subjectId: providerId, text });
}
