import type { CardId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { ProcessorName } from './payment.ts';

/** A card that the processor keeps for a person; what we have of it is a picture of the processor's vault. */
export interface Card {
  readonly id: CardId;
  readonly userId: UserId;
  readonly processor: ProcessorName;
  /** The processor's token of it. */
  readonly reference: string;
  readonly brand: string;
  readonly lastFour: string;
  readonly expiryMonth: number;
  readonly expiryYear: number;
  /** Offered first. One of a person's cards is, as long as he has any. */
  readonly isDefault: boolean;
  readonly createdAt: Instant;
  /** Payments name their card for ever, so the row stays. */
  readonly removedAt: Instant | null;
}

/** Whom the processor's vault takes a person for. */
export interface ProcessorCustomer {
  readonly userId: UserId;
  readonly processor: ProcessorName;
  readonly reference: string;
  /** Counts the pictures taken of the vault, so that an old one never replaces a newer one. */
  readonly cardsVersion: number;
  readonly createdAt: Instant;
}

/** Cards that a person may keep. */
export const CARDS_PER_USER_MAX = 10;
/** Cards of a customer that a vault lists, and so the most that a picture of it shows. */
export const VAULT_CARDS_MAX = 20;

export interface CardReads {
  /** Also one that was removed. */
  findById(id: CardId): Promise<Card | null>;
  /** A person's cards at a processor that are not removed, oldest first. */
  listByUser(userId: UserId, processor: ProcessorName): Promise<readonly Card[]>;
  findCustomer(userId: UserId, processor: ProcessorName): Promise<ProcessorCustomer | null>;
  findCustomerByReference(processor: ProcessorName, reference: string): Promise<ProcessorCustomer | null>;
}

export interface CardRepository extends CardReads {
  /** A card that was removed and is in the vault again is brought back. */
  insert(card: Card): Promise<void>;
  /** Takes over what the vault says of a card. */
  update(id: CardId, seen: Pick<Card, 'brand' | 'lastFour' | 'expiryMonth' | 'expiryYear'>): Promise<void>;
  /** False when it was removed before. */
  markRemoved(id: CardId, at: Instant): Promise<boolean>;
  /** Makes one of a person's cards the one that is offered first. */
  setDefault(userId: UserId, id: CardId): Promise<void>;
  /** Inserts, or returns the row that a parallel call has made. */
  insertOrFindCustomer(customer: ProcessorCustomer): Promise<ProcessorCustomer>;
  lockCustomer(userId: UserId, processor: ProcessorName): Promise<ProcessorCustomer | null>;
  setCardsVersion(customer: ProcessorCustomer, version: number): Promise<void>;
}
