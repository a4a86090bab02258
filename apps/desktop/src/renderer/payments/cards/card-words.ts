import type { CardRead } from '@rsm/api/schemas/payments';

const brands: Readonly<Record<string, string>> = {
  amex: 'American Express',
  american_express: 'American Express',
  cartes_bancaires: 'Cartes Bancaires',
  diners: 'Diners Club',
  discover: 'Discover',
  eftpos_au: 'Eftpos Australia',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
  unknown: 'Card',
};

/** `Visa •••• 4242`, as people know their cards. */
export function cardName(card: Pick<CardRead, 'brand' | 'lastFour'>): string {
  return `${brands[card.brand] ?? card.brand} •••• ${card.lastFour}`;
}

/** `08/2031`, as it is printed on the card. */
export function expiryText(card: Pick<CardRead, 'expiryMonth' | 'expiryYear'>): string {
  return `${String(card.expiryMonth).padStart(2, '0')}/${String(card.expiryYear)}`;
}

/** A card can be used until the end of its last month. */
export function isExpired(card: Pick<CardRead, 'expiryMonth' | 'expiryYear'>, nowMs: number): boolean {
  const now = new Date(nowMs);
  return card.expiryYear * 12 + card.expiryMonth < now.getFullYear() * 12 + now.getMonth() + 1;
}

/** The card to begin with: the one that is offered first, unless it can't be used any more. */
export function firstChoice(cards: readonly CardRead[], nowMs: number): CardRead | undefined {
  const usable = cards.filter((card) => !isExpired(card, nowMs));
  return usable.find((card) => card.isDefault) ?? usable[0];
}
