import type { CardId } from '@rsm/domain/common/ids';
import type { VaultCard } from '@rsm/domain/payments/payment-processor';

/** Cards that the bank keeps for the people who entered them on its page. */
export class BankCards {
  readonly #cards = new Map<string, VaultCard[]>();
  readonly #pages = new Map<string, string>();

  openPage(cardId: CardId, customer: string): { readonly url: string } {
    const url = `https://bank.example/cards/${cardId}`;
    this.#pages.set(url, customer);
    return { url };
  }

  /** Somebody enters a card on a page. */
  enter(url: string): void {
    const customer = this.#pages.get(url);
    if (customer === undefined) throw new Error(`There is no page ${url}.`);
    const cards = this.#cards.get(customer) ?? [];
    const reference = `pm_${customer}_${String(cards.length + 1)}`;
    cards.push({ reference, brand: 'visa', lastFour: '4242', expiryMonth: 12, expiryYear: 2040 });
    this.#cards.set(customer, cards);
  }

  listOf(customer: string): readonly VaultCard[] {
    return [...(this.#cards.get(customer) ?? [])];
  }

  remove(reference: string): void {
    for (const [customer, cards] of this.#cards) {
      this.#cards.set(
        customer,
        cards.filter((card) => card.reference !== reference),
      );
    }
  }
}
