import { MINUTE_MS } from '@rsm/domain/common/instant';
import { CARDS_PER_USER_MAX } from '@rsm/domain/payments/card';
import { describe, expect, it, vi } from 'vitest';
import { units, usePaymentsProduct } from '../testing/use-payments-product.ts';

const bench = usePaymentsProduct();

describe('a saved card', () => {
  it('is entered on the processor’s page; we keep what a screen shows and nothing more', async () => {
    const { payments, processor, product } = bench();
    const actor = await product.seed.person();
    const { url } = await payments.startCardSetup(actor);
    expect(url).toMatch(/^https:\/\/vault\.test\//);
    processor.enterCard(url, { brand: 'mastercard', lastFour: '4444', expiryMonth: 3, expiryYear: 2035 });
    expect(await payments.listCards(actor)).toEqual([]);
    const [card, ...others] = await payments.refreshCards(actor);
    expect(others).toEqual([]);
    expect(card).toMatchObject({ brand: 'mastercard', lastFour: '4444', expiryMonth: 3, isDefault: true });
    expect(await bench().eventsOf({ actor }, 'card_changed')).toHaveLength(1);
  });

  it('arrives by the processor’s event as well, once, whoever comes first', async () => {
    const { payments, processor, product } = bench();
    const actor = await product.seed.person();
    processor.enterCard((await payments.startCardSetup(actor)).url);
    bench().news();
    const told = processor.told().slice(-1);
    await Promise.all([payments.refreshCards(actor), bench().deliver(told), payments.refreshCards(actor)]);
    await bench().deliver(told);
    expect(await payments.listCards(actor)).toHaveLength(1);
    expect(await bench().eventsOf({ actor }, 'card_changed')).toHaveLength(1);
  });

  it('of one person has one customer at the processor, however many pages are opened at once', async () => {
    const { payments, product } = bench();
    const actor = await product.seed.person();
    const pages = await Promise.all(Array.from({ length: 10 }, async () => payments.startCardSetup(actor)));
    expect(new Set(pages.map(({ url }) => url)).size).toBe(1);
  });

  it('that the vault shows with a new expiry is shown so here', async () => {
    const { payments, processor } = bench();
    const holder = await bench().cardHolder();
    const customer = `cus_${holder.actor.userId}`;
    const [inVault] = await processor.cards.list(customer);
    if (inVault === undefined) throw new Error('The card is in the vault.');
    await processor.cards.remove(inVault.reference);
    processor.enterCard(customer, { ...inVault, expiryYear: 2044 });
    await bench().deliverNews();
    expect(await payments.listCards(holder.actor)).toMatchObject([{ id: holder.card.id, expiryYear: 2044 }]);
  });

  it('is offered first when its owner says so, and another one takes its place when it goes', async () => {
    const { payments } = bench();
    const { actor, card: first } = await bench().cardHolder();
    const second = await bench().addCard(actor);
    expect(second.isDefault).toBe(false);
    expect(await payments.setDefaultCard(actor, { id: second.id })).toMatchObject({ isDefault: true });
    expect((await payments.listCards(actor)).map(({ isDefault }) => isDefault)).toEqual([false, true]);
    await payments.removeCard(actor, { id: second.id });
    await payments.removeCard(actor, { id: second.id });
    expect(await payments.listCards(actor)).toMatchObject([{ id: first.id, isDefault: true }]);
    await bench().deliverNews();
    expect(await payments.listCards(actor)).toHaveLength(1);
    await expect(payments.setDefaultCard(actor, { id: second.id })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('that was removed at the processor is gone here, and is charged no more', async () => {
    const { payments, processor } = bench();
    const holder = await bench().cardHolder();
    await processor.cards.remove(holder.card.reference);
    await bench().deliverNews();
    expect(await payments.listCards(holder.actor)).toEqual([]);
    await expect(bench().topUp(holder, units(20))).rejects.toMatchObject({ code: 'not_found', field: 'source' });
  });

  it('that is removed while somebody looks into the vault does not come back by the old picture', async () => {
    const { payments, processor } = bench();
    const { actor, card } = await bench().cardHolder();
    const look = processor.cards.list.bind(processor.cards);
    const spy = vi.spyOn(processor.cards, 'list').mockImplementationOnce(async (customer) => {
      const old = await look(customer);
      await payments.removeCard(actor, { id: card.id });
      return old;
    });
    expect(await payments.refreshCards(actor)).toEqual([]);
    expect(spy).toHaveBeenCalledTimes(2);
    spy.mockRestore();
  });

  it('of somebody else is none: not to charge, not to remove, not to prefer', async () => {
    const { payments } = bench();
    const [mine, his] = [await bench().cardHolder(), await bench().cardHolder()];
    const notFound = { code: 'not_found' };
    await expect(bench().topUp({ ...mine, card: his.card }, units(20))).rejects.toMatchObject({
      ...notFound,
      field: 'source',
    });
    await expect(payments.removeCard(mine.actor, { id: his.card.id })).rejects.toMatchObject(notFound);
    await expect(payments.setDefaultCard(mine.actor, { id: his.card.id })).rejects.toMatchObject(notFound);
    const wish = { cardId: his.card.id, threshold: units(5), amount: units(20), monthlyLimit: units(100) };
    await expect(payments.setAutoTopUp(mine.actor, wish)).rejects.toMatchObject(notFound);
    expect(await payments.listCards(his.actor)).toHaveLength(1);
  });

  it('is one of ten at most', async () => {
    const { payments } = bench();
    const { actor } = await bench().cardHolder();
    for (let count = 1; count < CARDS_PER_USER_MAX; count += 1) await bench().addCard(actor);
    await expect(payments.startCardSetup(actor)).rejects.toMatchObject({
      code: 'limit_reached',
      message: 'An account keeps at most 10 cards.',
    });
  });

  it('can’t be added or removed while the processor is out of reach, and nothing is lost by that', async () => {
    const { payments, processor, product } = bench();
    const { actor, card } = await bench().cardHolder();
    processor.isDown = true;
    const unavailable = { code: 'payment_unavailable' };
    await expect(payments.startCardSetup(actor)).rejects.toMatchObject(unavailable);
    await expect(payments.refreshCards(actor)).rejects.toMatchObject(unavailable);
    await expect(payments.removeCard(actor, { id: card.id })).rejects.toMatchObject(unavailable);
    processor.isDown = false;
    product.clock.advance(MINUTE_MS);
    expect(await payments.refreshCards(actor)).toMatchObject([{ id: card.id }]);
  });
});
