import { createHash } from 'node:crypto';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { UserId } from '@rsm/domain/common/ids';
import type { Clock } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type {
  ChargebackState,
  PaymentProcessor,
  ProcessorEvent,
  ProcessorSubject,
} from '@rsm/domain/payments/payment-processor';
import { unavailable } from './bank-answers.ts';
import { BankCards } from './bank-cards.ts';
import { BankCharges } from './bank-charges.ts';
import { BankTransfers } from './bank-transfers.ts';

/** Nobody but the bank knows it. */
const SIGNING_SECRET = 'only the bank knows this';

/** A card payment that its owner took back through his bank. */
interface Chargeback extends Pick<ChargebackState, 'reference' | 'chargeReference' | 'amount' | 'currency'> {
  status: ChargebackState['status'];
}

/** What the bank sends to the webhook. */
export interface Delivery {
  readonly body: Uint8Array;
  readonly signature: string | null;
}

/**
 * Everything outside: cards, banks and a processor, in memory and behind the product's port, with books of its own. Its books
 * are the second witness of these tests: they know what really moved, whatever the product was told.
 */
export class Bank {
  readonly cards = new BankCards();
  readonly charges: BankCharges;
  readonly refunds: BankTransfers;
  readonly payouts: BankTransfers;
  readonly chargebacks: Chargeback[] = [];
  /** Everything that happened, oldest first, whether it was delivered or not. */
  readonly events: ProcessorEvent[] = [];
  /** Nobody can reach it: every call fails, and nothing moves. */
  isDown = false;
  readonly #clock: Clock;

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock;
    this.charges = new BankCharges((charge) =>
      this.#tell({ kind: 'charge', reference: charge.reference, paymentId: charge.paymentId }),
    );
    this.refunds = new BankTransfers('re', ({ id, reference }) =>
      this.#tell({ kind: 'refund', reference, refundId: id }),
    );
    this.payouts = new BankTransfers('po', ({ id, reference }) =>
      this.#tell({ kind: 'payout', reference, payoutId: id }),
    );
  }

  deskOf(what: 'charge' | 'refund' | 'payout'): BankCharges | BankTransfers {
    return { charge: this.charges, refund: this.refunds, payout: this.payouts }[what];
  }

  /** It can be reached, does what it is asked, and decides everything that it had left open. */
  comeToRest(): void {
    this.isDown = false;
    this.payouts.closed.clear();
    for (const desk of [this.charges, this.refunds, this.payouts]) {
      desk.scripts.length = 0;
      while (desk.hasOpen()) desk.settle(0, true);
    }
    for (const chargeback of this.chargebacks.filter(({ status }) => status === 'open')) {
      chargeback.status = 'lost';
      this.#tell({ kind: 'chargeback', reference: chargeback.reference });
    }
  }

  /** What it holds for the marketplace. */
  balance(): bigint {
    const takenBack = this.chargebacks.filter(({ status }) => status !== 'won');
    return (
      this.charges.taken() -
      this.refunds.gone() -
      this.payouts.gone() -
      takenBack.reduce((sum, { amount }) => sum + amount, 0n)
    );
  }

  /** The owner of a card takes a payment back. False when there is nothing to take. */
  takeBack(index: number, part: 'whole' | 'half'): boolean {
    const open = this.charges.all().filter(({ reference, status }) => {
      return status === 'succeeded' && this.chargebacks.every(({ chargeReference }) => chargeReference !== reference);
    });
    const charge = open[index % Math.max(1, open.length)];
    if (charge === undefined) return false;
    const { currency, reference: chargeReference } = charge;
    const amount = amountMicros(part === 'whole' ? charge.amount : charge.amount / 2n);
    const reference = `dp_${chargeReference}`;
    this.chargebacks.push({ reference, chargeReference, amount, currency, status: 'open' });
    this.#tell({ kind: 'chargeback', reference });
    return true;
  }

  /** The bank decides; it may win back what it had called lost. */
  decide(index: number, status: 'won' | 'lost'): boolean {
    const undecided = this.chargebacks.filter((chargeback) => chargeback.status !== 'won');
    const chargeback = undecided[index % Math.max(1, undecided.length)];
    if (chargeback === undefined || chargeback.status === status) return false;
    chargeback.status = status;
    this.#tell({ kind: 'chargeback', reference: chargeback.reference });
    return true;
  }

  /** The event as it comes to the webhook: from the bank, or from somebody who would like to be it. */
  deliveryOf(event: ProcessorEvent, sender: 'bank' | 'forger'): Delivery {
    const body = new TextEncoder().encode(JSON.stringify(event));
    return { body, signature: signatureOf(body, sender === 'bank' ? SIGNING_SECRET : 'guessed') };
  }

  readonly processor: PaymentProcessor = {
    name: 'stripe',
    notice: null,
    check: () => undefined,
    charge: async (request) => this.#reached(() => this.charges.charge(request)),
    findCharge: async ({ paymentId, reference }) => this.#reached(() => this.charges.find(paymentId, reference)),
    cards: {
      createCustomer: async ({ userId }) => this.#reached(() => `cus_${userId}`),
      startSetup: async ({ cardId, customer }) => this.#reached(() => this.cards.openPage(cardId, customer)),
      list: async (customer) => this.#reached(() => this.cards.listOf(customer)),
      remove: async (reference) => this.#reached(() => this.cards.remove(reference)),
    },
    refunds: {
      refund: async ({ amount, chargeReference, refundId }) =>
        this.#reached(() => {
          const left = this.charges.amountOf(chargeReference) - this.refunds.gone(chargeReference);
          return this.refunds.send({ id: refundId, of: chargeReference, amount, isPossible: amount <= left });
        }),
      find: async ({ refundId, reference }) => this.#reached(() => this.refunds.find(refundId, reference)),
    },
    payouts: {
      createAccount: async ({ userId }) => this.#reached(() => this.#accountOf(accountOf(userId))),
      onboardingUrl: async ({ account }) => this.#reached(() => `https://bank.example/onboarding/${account}`),
      findAccount: async (account) => this.#reached(() => this.#accountOf(account)),
      payOut: async ({ account, amount, payoutId }) =>
        this.#reached(() => {
          const isPossible = !this.payouts.closed.has(account);
          return this.payouts.send({ id: payoutId, of: account, amount, isPossible });
        }),
      find: async ({ payoutId, reference }) => this.#reached(() => this.payouts.find(payoutId, reference)),
    },
    events: {
      read: ({ body, signature }) => {
        if (signature !== signatureOf(body, SIGNING_SECRET)) {
          throw new DomainError('invalid_input', 'This was not signed by the bank.', { field: 'signature' });
        }
        const { id } = JSON.parse(new TextDecoder().decode(body)) as { readonly id: string };
        const event = this.events.find((candidate) => candidate.id === id);
        if (event === undefined) throw new DomainError('invalid_input', 'There is no such event.', { field: 'id' });
        return event;
      },
      listSince: async (since) => this.#reached(() => this.events.filter(({ at }) => at >= since)),
      findChargeback: async (reference) =>
        this.#reached(() => {
          const chargeback = this.chargebacks.find((candidate) => candidate.reference === reference);
          return chargeback === undefined ? null : { ...chargeback, reason: 'fraudulent' };
        }),
    },
  };

  #accountOf(reference: string) {
    const isClosed = this.payouts.closed.has(reference);
    return {
      reference,
      takesPayouts: !isClosed,
      missing: [],
      disabledReason: isClosed ? 'The account is closed.' : null,
    };
  }

  #reached<Answer>(answer: () => Answer): Answer {
    if (this.isDown) throw unavailable();
    return answer();
  }

  /** A provider's account is closed at his own bank, or open again. */
  setAccountOpen(account: string, isOpen: boolean): void {
    if (isOpen) this.payouts.closed.delete(account);
    else this.payouts.closed.add(account);
    this.#tell({ kind: 'payout_account', account });
  }

  #tell(subject: ProcessorSubject): void {
    const id = `evt_${String(this.events.length + 1)}_${subjectKey(subject)}`;
    this.events.push({ id, type: `${subject.kind}.changed`, at: this.#clock.now(), subject });
  }
}

/** A person's account for payouts. */
export function accountOf(userId: UserId): string {
  return `acct_${userId}`;
}

function subjectKey(subject: ProcessorSubject): string {
  if ('reference' in subject) return subject.reference;
  return 'account' in subject ? subject.account : subject.customer;
}

function signatureOf(body: Uint8Array, secret: string): string {
  return createHash('sha256').update(secret).update(body).digest('hex');
}
