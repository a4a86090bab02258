import { DomainError, notFound } from '../common/domain-error.ts';
import type { CardId, IdSource, UserId } from '../common/ids.ts';
import { cardIdSchema, newId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { Currency } from '../common/money.ts';
import type { Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { Card, ProcessorCustomer } from './card.ts';
import { CARDS_PER_USER_MAX } from './card.ts';
import { stopAutoTopUp } from './payment-ledger.ts';
import type { CardVault, PaymentProcessor, VaultCard } from './payment-processor.ts';
import type { ProcessorName } from './payment.ts';
import { requireVault } from './processor-access.ts';

export interface CardsOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  readonly processor: PaymentProcessor | null;
  readonly returnUrl: string;
}

/** Pictures of the vault that are taken anew because another one was taken meanwhile. */
const PICTURE_TRIES_MAX = 5;
const REMOVED = 'The card that it charged was removed.';

/** Saved cards. The processor keeps them; our rows are a picture of its vault. */
export class Cards {
  readonly #options: CardsOptions;

  constructor(options: CardsOptions) {
    this.#options = options;
  }

  /** The actor's cards, oldest first; none where cards are typed in each time. */
  async list(actor: Actor): Promise<readonly Card[]> {
    const { processor, uow } = this.#options;
    if (processor === null || processor.cards === null) return [];
    return uow.reads.cards.listByUser(actor.userId, processor.name);
  }

  /**
   * The processor's own page on which the actor enters a card.
   * @throws DomainError wrong_state, limit_reached, payment_unavailable
   */
  async startSetup(actor: Actor): Promise<{ readonly url: string }> {
    const { currency, ids, processor: anyProcessor, returnUrl, uow } = this.#options;
    const { processor, vault } = requireVault(anyProcessor);
    if ((await uow.reads.cards.listByUser(actor.userId, processor.name)).length >= CARDS_PER_USER_MAX) {
      throw new DomainError('limit_reached', `An account keeps at most ${String(CARDS_PER_USER_MAX)} cards.`, {
        remedy: 'Remove a card that you no longer use.',
      });
    }
    const customer = await this.#customerOf(actor, processor, vault);
    const cardId = newId(ids, cardIdSchema);
    return vault.startSetup({ cardId, customer: customer.reference, currency, returnUrl });
  }

  /** Looks into the vault, for somebody who comes back from the processor's page. @throws DomainError wrong_state, payment_unavailable */
  async refresh(actor: Actor): Promise<readonly Card[]> {
    const { processor } = requireVault(this.#options.processor);
    const customer = await this.#options.uow.reads.cards.findCustomer(actor.userId, processor.name);
    if (customer !== null) await this.#takePicture(actor.userId);
    return this.list(actor);
  }

  /** The same for whomever an event of the processor is about; one whom we do not know is none of ours. */
  async refreshCustomer(reference: string): Promise<void> {
    const { processor } = requireVault(this.#options.processor);
    const customer = await this.#options.uow.reads.cards.findCustomerByReference(processor.name, reference);
    if (customer !== null) await this.#takePicture(customer.userId);
  }

  /** Forgets a card, here and at the processor. Doing it twice is harmless. @throws DomainError not_found, wrong_state, payment_unavailable */
  async remove(actor: Actor, input: { readonly id: CardId }): Promise<void> {
    const { clock, uow } = this.#options;
    const card = await uow.reads.cards.findById(input.id);
    if (card?.userId !== actor.userId) throw notFound('card');
    if (card.removedAt !== null) return;
    const { vault } = requireVault(this.#options.processor);
    await vault.remove(card.reference);
    await uow.run(async (tx) => {
      const customer = await tx.cards.lockCustomer(actor.userId, card.processor);
      if (!(await tx.cards.markRemoved(card.id, clock.now()))) return;
      // A picture of the vault that still shows the card must not bring it back.
      if (customer !== null) await tx.cards.setCardsVersion(customer, customer.cardsVersion + 1);
      await this.#afterRemoval(tx, [card]);
      await keepOneDefault(tx, actor.userId, card.processor);
      tellCardsChanged(tx, actor.userId, `The card ${nameOfCard(card)} was removed.`);
    });
  }

  /** The card that is offered first from now on. @throws DomainError not_found */
  async setDefault(actor: Actor, input: { readonly id: CardId }): Promise<Card> {
    return this.#options.uow.run(async (tx) => {
      const seen = await tx.cards.findById(input.id);
      if (seen?.userId !== actor.userId) throw notFound('card');
      await tx.cards.lockCustomer(actor.userId, seen.processor);
      const card = await tx.cards.findById(input.id);
      if (card === null || card.removedAt !== null) throw notFound('card');
      if (card.isDefault) return card;
      await tx.cards.setDefault(actor.userId, card.id);
      tellCardsChanged(tx, actor.userId, `The card ${nameOfCard(card)} is offered first now.`);
      return { ...card, isDefault: true };
    });
  }

  async #customerOf(actor: Actor, processor: PaymentProcessor, vault: CardVault): Promise<ProcessorCustomer> {
    const { clock, uow } = this.#options;
    const known = await uow.reads.cards.findCustomer(actor.userId, processor.name);
    if (known !== null) return known;
    const reference = await vault.createCustomer({ userId: actor.userId, email: actor.email });
    return uow.run((tx) =>
      tx.cards.insertOrFindCustomer({
        userId: actor.userId,
        processor: processor.name,
        reference,
        cardsVersion: 0,
        createdAt: clock.now(),
      }),
    );
  }

  /** Our rows become what the vault has. A picture that was taken while another one was hung is taken anew. */
  async #takePicture(userId: UserId): Promise<void> {
    const { uow } = this.#options;
    const { processor, vault } = requireVault(this.#options.processor);
    for (let tries = 0; tries < PICTURE_TRIES_MAX; tries += 1) {
      const before = await uow.reads.cards.findCustomer(userId, processor.name);
      if (before === null) return;
      const seen = await vault.list(before.reference);
      const isHung = await uow.run(async (tx) => {
        const customer = await tx.cards.lockCustomer(userId, processor.name);
        if (customer === null || customer.cardsVersion !== before.cardsVersion) return false;
        await this.#mirror(tx, customer, seen);
        return true;
      });
      if (isHung) return;
    }
    throw new DomainError('busy', 'Your cards are being changed at this moment.', { remedy: 'Try again in a moment.' });
  }

  async #mirror(tx: Tx, customer: ProcessorCustomer, seen: readonly VaultCard[]): Promise<void> {
    const { clock, ids } = this.#options;
    const { processor, userId } = customer;
    const ours = await tx.cards.listByUser(userId, processor);
    const known = new Map(ours.map((card) => [card.reference, card]));
    let hasChanged = false;
    for (const card of seen) {
      const row = known.get(card.reference);
      if (row !== undefined && isSame(row, card)) continue;
      hasChanged = true;
      const { reference, ...face } = card;
      if (row !== undefined) await tx.cards.update(row.id, face);
      else {
        const id = newId(ids, cardIdSchema);
        const fresh = { id, userId, processor, isDefault: false, createdAt: clock.now(), removedAt: null };
        await tx.cards.insert({ ...fresh, reference, ...face });
      }
    }
    const inVault = new Set(seen.map((card) => card.reference));
    const gone = ours.filter((card) => !inVault.has(card.reference));
    for (const card of gone) await tx.cards.markRemoved(card.id, clock.now());
    await tx.cards.setCardsVersion(customer, customer.cardsVersion + 1);
    if (!hasChanged && gone.length === 0) return;
    await this.#afterRemoval(tx, gone);
    await keepOneDefault(tx, userId, processor);
    tellCardsChanged(tx, userId, 'Your saved cards have changed.');
  }

  async #afterRemoval(tx: Tx, gone: readonly Card[]): Promise<void> {
    for (const card of gone) {
      const wish = await tx.autoTopUps.lock(card.userId);
      if (wish?.cardId !== card.id) continue;
      await stopAutoTopUp(tx, card.userId, { at: this.#options.clock.now(), reason: REMOVED });
    }
  }
}

async function keepOneDefault(tx: Tx, userId: UserId, processor: ProcessorName): Promise<void> {
  const cards = await tx.cards.listByUser(userId, processor);
  const [first] = cards;
  if (first === undefined || cards.some((card) => card.isDefault)) return;
  await tx.cards.setDefault(userId, first.id);
}

function isSame(row: Card, seen: VaultCard): boolean {
  return (
    row.brand === seen.brand &&
    row.lastFour === seen.lastFour &&
    row.expiryMonth === seen.expiryMonth &&
    row.expiryYear === seen.expiryYear
  );
}

/** `visa •••• 4242`, as people know their cards. */
function nameOfCard(card: Pick<Card, 'brand' | 'lastFour'>): string {
  return `${card.brand} •••• ${card.lastFour}`;
}

function tellCardsChanged(tx: Tx, userId: UserId, text: string): void {
  tx.events.add({ audience: userId, kind: 'card_changed', subject: 'user', subjectId: userId, text });
}
