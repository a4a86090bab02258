import type { CardId } from '@rsm/domain/common/ids';
import { amountMicros } from '@rsm/domain/common/money';
import type { Actor } from '@rsm/domain/users/user';
import type { SeededListing, SeededRenter } from '../../testing/seeder.ts';
import type { MoneyStage } from './money-stage.ts';

/** A renter with a saved card. */
export interface CardRenter extends SeededRenter {
  readonly cardId: CardId;
}

/** Who is in a history: renters with little and with much money, providers with cheap and with strict machines, an admin. */
export interface MoneyCast {
  readonly renters: readonly CardRenter[];
  readonly machines: readonly SeededListing[];
  readonly admin: Actor;
}

/** An hour of each: a week of the first one costs 201.60, and nothing of the second one comes out even. */
const PRICES = { cheap: 1_200_000n, odd: 3_456_789n } as const;

export async function makeCast({ bank, product }: MoneyStage): Promise<MoneyCast> {
  const { seed, services } = product;
  const onboarded = async (offer: SeededListing): Promise<SeededListing> => {
    await services.payouts.startOnboarding(offer.provider);
    return offer;
  };
  const listing = async (policy: 'moderate' | 'strict' | 'flexible', price: bigint) =>
    onboarded(await seed.listing({ terms: { cancellationPolicy: policy, pricePerHour: amountMicros(price) } }));
  const renter = async (cents: bigint): Promise<CardRenter> => {
    const actor = await seed.person('renter');
    const { url } = await services.payments.startCardSetup(actor);
    bank.cards.enter(url);
    const [card] = await services.payments.refreshCards(actor);
    if (card === undefined) throw new Error('The card that was entered is not there.');
    const begin = { idempotencyKey: seed.key('begin'), amount: amountMicros(cents * 10_000n), source: card.id };
    await services.payments.topUp(actor, begin);
    return { actor, sshKeyId: await seed.sshKey(actor), cardId: card.id };
  };
  return {
    machines: [await listing('moderate', PRICES.cheap), await listing('strict', PRICES.odd)],
    renters: [await renter(60_000n), await renter(5_000n)],
    admin: await seed.admin(),
  };
}
