import type { CardId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import { VAULT_CARDS_MAX, type Card, type CardRepository, type ProcessorCustomer } from '@rsm/domain/payments/card';
import type { ProcessorName } from '@rsm/domain/payments/payment';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';
import { CardModel } from './card-model.ts';

type CustomerRow = {
  readonly user_id: UserId;
  readonly processor: ProcessorName;
  readonly reference: string;
  readonly cards_version: number;
  readonly created_at: Instant;
};

const CUSTOMER_COLUMNS = 'user_id, processor, reference, cards_version, created_at';

/** Saved cards: a picture of what the processor's vault holds. */
export class PgCardRepository implements CardRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findById(id: CardId): Promise<Card | null> {
    const row = await CardModel.query(this.#session.connection).findById(id);
    return row?.toCard() ?? null;
  }

  async listByUser(userId: UserId, processor: ProcessorName): Promise<readonly Card[]> {
    const rows = await CardModel.query(this.#session.connection)
      .where({ user_id: userId, processor, removed_at: null })
      .orderBy('created_at')
      .orderBy('id')
      .limit(VAULT_CARDS_MAX);
    return rows.map((row) => row.toCard());
  }

  async findCustomer(userId: UserId, processor: ProcessorName): Promise<ProcessorCustomer | null> {
    return toCustomer(
      await this.#session.row<CustomerRow>(
        'find_customer',
        `SELECT ${CUSTOMER_COLUMNS} FROM processor_customers WHERE user_id = ? AND processor = ?`,
        [userId, processor],
      ),
    );
  }

  async findCustomerByReference(processor: ProcessorName, reference: string): Promise<ProcessorCustomer | null> {
    return toCustomer(
      await this.#session.row<CustomerRow>(
        'find_customer_by_reference',
        `SELECT ${CUSTOMER_COLUMNS} FROM processor_customers WHERE processor = ? AND reference = ?`,
        [processor, reference],
      ),
    );
  }

  async insert(card: Card): Promise<void> {
    await this.#session.refusing(
      CardModel.query(this.#session.connection)
        .insert({
          id: card.id,
          user_id: card.userId,
          processor: card.processor,
          reference: card.reference,
          brand: card.brand,
          last_four: card.lastFour,
          expiry_month: card.expiryMonth,
          expiry_year: card.expiryYear,
          is_default: card.isDefault,
          created_at: card.createdAt,
          removed_at: card.removedAt,
        })
        .onConflict(['processor', 'reference'])
        .merge(['brand', 'last_four', 'expiry_month', 'expiry_year', 'removed_at']),
    );
  }

  async update(id: CardId, seen: Pick<Card, 'brand' | 'lastFour' | 'expiryMonth' | 'expiryYear'>): Promise<void> {
    await this.#session.refusing(
      CardModel.query(this.#session.connection)
        .patch({
          brand: seen.brand,
          last_four: seen.lastFour,
          expiry_month: seen.expiryMonth,
          expiry_year: seen.expiryYear,
        })
        .where({ id }),
    );
  }

  async markRemoved(id: CardId, at: Instant): Promise<boolean> {
    const query = CardModel.query(this.#session.connection)
      .patch({ removed_at: at, is_default: false })
      .where({ id, removed_at: null });
    return (await this.#session.refusing(query)) === 1;
  }

  async setDefault(userId: UserId, id: CardId): Promise<void> {
    // Two statements: the index that admits one default looks at each row as it changes.
    await this.#session.refusing(
      CardModel.query(this.#session.connection)
        .patch({ is_default: false })
        .where({ user_id: userId, is_default: true })
        .whereNot({ id }),
    );
    await this.#session.refusing(
      CardModel.query(this.#session.connection)
        .patch({ is_default: true })
        .where({ id, user_id: userId, removed_at: null }),
    );
  }

  /**
   * Names no columns in ON CONFLICT: with a target, only that index waits for another insert of the same customer, and the one of
   * the references refuses a row that it would have been happy to find (PostgreSQL, INSERT, "ON CONFLICT clause").
   */
  async insertOrFindCustomer(customer: ProcessorCustomer): Promise<ProcessorCustomer> {
    await this.#session.rows(
      'insert_customer',
      `INSERT INTO processor_customers (${CUSTOMER_COLUMNS}) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
      [customer.userId, customer.processor, customer.reference, customer.cardsVersion, timestamp(customer.createdAt)],
    );
    const found = await this.findCustomer(customer.userId, customer.processor);
    if (found === null)
      throw new Error(`The processor's customer ${customer.reference} belongs to somebody else here.`);
    return found;
  }

  async lockCustomer(userId: UserId, processor: ProcessorName): Promise<ProcessorCustomer | null> {
    return toCustomer(
      await this.#session.row<CustomerRow>(
        'lock_customer',
        `SELECT ${CUSTOMER_COLUMNS} FROM processor_customers WHERE user_id = ? AND processor = ? FOR NO KEY UPDATE`,
        [userId, processor],
      ),
    );
  }

  async setCardsVersion(customer: ProcessorCustomer, version: number): Promise<void> {
    await this.#session.rows(
      'set_cards_version',
      'UPDATE processor_customers SET cards_version = ? WHERE user_id = ? AND processor = ?',
      [version, customer.userId, customer.processor],
    );
  }
}

function toCustomer(row: CustomerRow | null): ProcessorCustomer | null {
  if (row === null) return null;
  return {
    userId: row.user_id,
    processor: row.processor,
    reference: row.reference,
    cardsVersion: row.cards_version,
    createdAt: row.created_at,
  };
}
