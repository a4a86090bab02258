import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { Clock, Instant } from '@rsm/domain/common/instant';
import { MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import type { AmountMicros } from '@rsm/domain/common/money';
import type {
  CardVault,
  ChargebackState,
  ChargeOutcome,
  ChargeRequest,
  PaymentProcessor,
  ProcessorEvent,
  ProcessorEvents,
  ProcessorSubject,
  RefundGateway,
  RefundOutcome,
  RefundRequest,
  VaultCard,
} from '@rsm/domain/payments/payment-processor';
import { PROCESSOR_EVENTS_MAX } from '@rsm/domain/payments/payment-processor';

/** What the next new charge does. `lost`: the money moves and the answer does not arrive. `unreachable`: nothing happens. */
export type ChargeScript = 'succeed' | 'decline' | 'ask' | 'wait' | 'lost' | 'unreachable';
/** What the next new refund does. */
export type RefundScript = 'succeed' | 'fail' | 'wait' | 'lost' | 'unreachable';

interface MemoryCharge {
  readonly request: ChargeRequest;
  readonly reference: string;
  state: 'succeeded' | 'declined' | 'asks' | 'waits';
}

interface MemoryRefund {
  readonly request: RefundRequest;
  readonly reference: string;
  state: 'succeeded' | 'failed' | 'waits';
}

export interface Delivery {
  readonly body: Uint8Array;
  readonly signature: string;
}

const SIGNED_MAX_AGE_MS = 5 * MINUTE_MS;
const BANK_URL = 'https://bank.test/confirm/';

/**
 * A payment processor that a test directs: what it answers, what it loses, and what it tells afterwards. It moves money as a
 * real one does: once per id, whatever happens to its answers.
 */
export class MemoryProcessor implements PaymentProcessor {
  readonly name = 'stripe' as const;
  readonly notice = null;
  readonly #clock: Clock;
  readonly #secret = 'signing-secret-of-the-test';
  readonly #charges = new Map<string, MemoryCharge>();
  readonly #refunds = new Map<string, MemoryRefund>();
  readonly #cards = new Map<string, VaultCard[]>();
  readonly #chargebacks = new Map<string, ChargebackState>();
  readonly #events: ProcessorEvent[] = [];
  #count = 0;

  /** Answers of the next new charges and refunds; then they succeed. */
  readonly chargeScript: ChargeScript[] = [];
  readonly refundScript: RefundScript[] = [];
  /** Whether every question is answered by nothing. */
  isDown = false;
  /** Called while a charge is under way, after the money moved. */
  onCharge: (() => Promise<void>) | null = null;
  /** Every call that reached it, for tests that count. */
  readonly calls: string[] = [];

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock;
  }

  /** What lies here of renters' money: charged, less what went back. */
  get balance(): bigint {
    const charged = [...this.#charges.values()].filter(({ state }) => state === 'succeeded');
    const refunded = [...this.#refunds.values()].filter(({ state }) => state !== 'failed');
    const disputed = [...this.#chargebacks.values()].filter(({ status }) => status !== 'won');
    return (
      charged.reduce((sum, { request }) => sum + request.amount, 0n) -
      refunded.reduce((sum, { request }) => sum + request.amount, 0n) -
      disputed.reduce((sum, { amount }) => sum + amount, 0n)
    );
  }

  check({ amount }: { readonly amount: AmountMicros }): void {
    if (amount <= 0n) throw new DomainError('invalid_amount', 'The amount must be positive.', { field: 'amount' });
  }

  async charge(request: ChargeRequest): Promise<ChargeOutcome> {
    this.#reach('charge');
    let charge = this.#charges.get(request.paymentId);
    if (charge === undefined) {
      const script = this.chargeScript.shift() ?? 'succeed';
      if (script === 'unreachable') throw unavailable();
      charge = { request, reference: this.#next('ch'), state: chargeStates[script] };
      if (!this.#hasCard(request)) charge.state = 'declined';
      this.#charges.set(request.paymentId, charge);
      this.#tell({ kind: 'charge', reference: charge.reference, paymentId: request.paymentId });
      await this.onCharge?.();
      if (script === 'lost') throw unavailable();
    }
    return outcomeOf(charge);
  }

  async findCharge({ paymentId }: { readonly paymentId: string }): Promise<ChargeOutcome | null> {
    this.#reach('findCharge');
    const charge = this.#charges.get(paymentId);
    return Promise.resolve(charge === undefined ? null : outcomeOf(charge));
  }

  readonly cards: CardVault = {
    createCustomer: ({ userId }) => {
      this.#reach('createCustomer');
      return Promise.resolve(`cus_${userId}`);
    },
    startSetup: ({ customer }) => {
      this.#reach('startSetup');
      return Promise.resolve({ url: `https://vault.test/setup/${customer}` });
    },
    list: (customer) => {
      this.#reach('listCards');
      return Promise.resolve([...(this.#cards.get(customer) ?? [])]);
    },
    remove: (reference) => {
      this.#reach('removeCard');
      for (const [customer, cards] of this.#cards) {
        const kept = cards.filter((card) => card.reference !== reference);
        this.#cards.set(customer, kept);
        if (kept.length < cards.length) this.#tell({ kind: 'cards', customer });
      }
      return Promise.resolve();
    },
  };

  readonly refunds: RefundGateway = {
    refund: (request) => {
      this.#reach('refund');
      let refund = this.#refunds.get(request.refundId);
      if (refund === undefined) {
        const script = this.refundScript.shift() ?? 'succeed';
        if (script === 'unreachable') return Promise.reject(unavailable());
        refund = { request, reference: this.#next('re'), state: refundStates[script] };
        this.#refunds.set(request.refundId, refund);
        this.#tell({ kind: 'refund', reference: refund.reference, refundId: request.refundId });
        if (script === 'lost') return Promise.reject(unavailable());
      }
      return Promise.resolve(refundOutcomeOf(refund));
    },
    find: ({ refundId }) => {
      this.#reach('findRefund');
      const refund = this.#refunds.get(refundId);
      return Promise.resolve(refund === undefined ? null : refundOutcomeOf(refund));
    },
  };

  readonly payouts = null;

  readonly events: ProcessorEvents = {
    read: ({ body, signature }) => {
      const [at = '', mac = ''] = (signature ?? '').split('.');
      const isGenuine = isSame(Buffer.from(mac, 'hex'), this.#mac(Number(at), body));
      if (!isGenuine || this.#clock.now() - Number(at) > SIGNED_MAX_AGE_MS) {
        throw new DomainError('invalid_input', 'This was not sent by the processor.', { field: 'signature' });
      }
      const { id } = JSON.parse(Buffer.from(body).toString('utf8')) as { readonly id: string };
      const event = this.#events.find((candidate) => candidate.id === id);
      return event ?? { id, type: 'unknown', at: this.#clock.now(), subject: null };
    },
    listSince: (since) => {
      this.#reach('listEvents');
      return Promise.resolve(this.#events.filter(({ at }) => at >= since).slice(0, PROCESSOR_EVENTS_MAX));
    },
    findChargeback: (reference) => {
      this.#reach('findChargeback');
      return Promise.resolve(this.#chargebacks.get(reference) ?? null);
    },
  };

  /** A person enters a card on the page to which a setup led him. */
  enterCard(setupUrl: string, face: Partial<VaultCard> = {}): VaultCard {
    const customer = setupUrl.split('/').at(-1) ?? '';
    const expiry = { expiryMonth: 12, expiryYear: 2040 };
    const card: VaultCard = { reference: this.#next('pm'), brand: 'visa', lastFour: '4242', ...expiry, ...face };
    this.#cards.set(customer, [...(this.#cards.get(customer) ?? []), card]);
    this.#tell({ kind: 'cards', customer });
    return card;
  }

  /** What the bank says of a charge that asked or waited. */
  decide(paymentId: string, state: 'succeeded' | 'declined'): void {
    const charge = this.#chargeOf(paymentId);
    charge.state = state;
    this.#tell({ kind: 'charge', reference: charge.reference, paymentId: charge.request.paymentId });
  }

  /** What becomes of a refund later; one that had succeeded can still come back. */
  decideRefund(refundId: string, state: 'succeeded' | 'failed'): void {
    const refund = this.#refunds.get(refundId);
    if (refund === undefined) throw new Error(`There is no refund ${refundId}.`);
    refund.state = state;
    this.#tell({ kind: 'refund', reference: refund.reference, refundId: refund.request.refundId });
  }

  /** The card's owner disputes a payment at his bank, which takes the money at once. */
  chargeBack(paymentId: string, amount?: AmountMicros): string {
    const { reference: chargeReference, request } = this.#chargeOf(paymentId);
    const reference = this.#next('dp');
    const of = { chargeReference, currency: request.currency, amount: amount ?? request.amount };
    this.#chargebacks.set(reference, { reference, ...of, reason: 'The owner does not know it.', status: 'open' });
    this.#tell({ kind: 'chargeback', reference });
    return reference;
  }

  decideChargeback(reference: string, status: 'won' | 'lost'): void {
    const state = this.#chargebacks.get(reference);
    if (state === undefined) throw new Error(`There is no chargeback ${reference}.`);
    this.#chargebacks.set(reference, { ...state, status });
    this.#tell({ kind: 'chargeback', reference });
  }

  /** Says that something happened, whether it is ours or not. */
  announce(subject: ProcessorSubject | null, type = 'something.happened'): ProcessorEvent {
    const event = { id: this.#next('evt'), type, at: this.#clock.now(), subject };
    this.#events.push(event);
    return event;
  }

  /** Everything that was told since a number of events, oldest first. */
  told(since = 0): readonly ProcessorEvent[] {
    return this.#events.slice(since);
  }

  /** An event as it comes to the webhook. */
  delivery(event: Pick<ProcessorEvent, 'id'>, signedAt: Instant = this.#clock.now()): Delivery {
    const body = Buffer.from(JSON.stringify({ id: event.id }), 'utf8');
    return { body, signature: `${String(signedAt)}.${this.#mac(signedAt, body).toString('hex')}` };
  }

  /** A delivery that was signed long ago. */
  oldDelivery(event: Pick<ProcessorEvent, 'id'>): Delivery {
    return this.delivery(event, plusMs(this.#clock.now(), -SIGNED_MAX_AGE_MS - 1));
  }

  #chargeOf(paymentId: string): MemoryCharge {
    const charge = this.#charges.get(paymentId);
    if (charge === undefined) throw new Error(`There is no charge of payment ${paymentId}.`);
    return charge;
  }

  #hasCard({ customer, source }: ChargeRequest): boolean {
    return (this.#cards.get(customer ?? '') ?? []).some((card) => card.reference === source);
  }

  #reach(call: string): void {
    this.calls.push(call);
    if (this.isDown) throw unavailable();
  }

  #tell(subject: ProcessorSubject): void {
    this.announce(subject, `${subject.kind}.changed`);
  }

  #next(prefix: string): string {
    this.#count += 1;
    return `${prefix}_${String(this.#count)}`;
  }

  #mac(at: number, body: Uint8Array): Buffer {
    return createHmac('sha256', this.#secret)
      .update(`${String(at)}.`)
      .update(body)
      .digest();
  }
}

const chargeStates: Readonly<Record<Exclude<ChargeScript, 'unreachable'>, MemoryCharge['state']>> = {
  succeed: 'succeeded',
  lost: 'succeeded',
  decline: 'declined',
  ask: 'asks',
  wait: 'waits',
};

const refundStates: Readonly<Record<Exclude<RefundScript, 'unreachable'>, MemoryRefund['state']>> = {
  succeed: 'succeeded',
  lost: 'succeeded',
  fail: 'failed',
  wait: 'waits',
};

function outcomeOf({ reference, state }: MemoryCharge): ChargeOutcome {
  switch (state) {
    case 'succeeded':
      return { kind: 'succeeded', reference };
    case 'declined':
      return { kind: 'declined', reference, reason: 'The card was declined.' };
    case 'asks':
      return { kind: 'authentication_required', reference, url: `${BANK_URL}${reference}` };
    case 'waits':
      return { kind: 'pending', reference };
  }
}

function refundOutcomeOf({ reference, state }: MemoryRefund): RefundOutcome {
  switch (state) {
    case 'succeeded':
      return { kind: 'succeeded', reference };
    case 'failed':
      return { kind: 'failed', reference, reason: 'The card is closed.' };
    case 'waits':
      return { kind: 'pending', reference };
  }
}

function unavailable(): DomainError {
  return new DomainError('payment_unavailable', 'The payment processor did not answer.', {
    remedy: 'Try again in a minute with the same key.',
  });
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
