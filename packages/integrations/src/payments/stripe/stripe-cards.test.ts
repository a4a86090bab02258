import { DAY_MS } from '@rsm/domain/common/instant';
import { describe, expect, it } from 'vitest';
import { EUR, RETURN_URL, stripeTestBed } from './testing/stripe-test-bed.ts';

describe('cards that Stripe keeps', () => {
  it('belong to one customer per person, today and next week', async () => {
    const { clock, person, processor, standIn } = await stripeTestBed();
    const ada = person();
    const customer = await processor.cards.createCustomer(ada);
    await expect(processor.cards.createCustomer(ada)).resolves.toBe(customer);
    clock.advance(7 * DAY_MS);
    await expect(processor.cards.createCustomer(ada)).resolves.toBe(customer);
    expect(standIn.store.all('customer')).toMatchObject([{ email: ada.email, metadata: { user_id: ada.userId } }]);
    // Another person with the same address is another customer.
    await expect(processor.cards.createCustomer(person())).resolves.not.toBe(customer);
  });

  it('survive a lost answer', async () => {
    const { person, processor, standIn } = await stripeTestBed();
    standIn.fail({ kind: 'lost_answer', call: 'POST /v1/customers' });
    await expect(processor.cards.createCustomer(person())).resolves.toMatch(/^cus_/);
    expect(standIn.store.all('customer')).toHaveLength(1);
  });

  it("are entered on Stripe's page, which sends the person back", async () => {
    const { newCardId, person, processor, standIn } = await stripeTestBed();
    const customer = await processor.cards.createCustomer(person());
    const cardId = newCardId();
    const setup = { cardId, customer, currency: EUR, returnUrl: RETURN_URL };
    const { url } = await processor.cards.startSetup(setup);
    expect(url).toMatch(`${standIn.url}/hosted/setup/`);
    // A double click opens the same page.
    await expect(processor.cards.startSetup(setup)).resolves.toEqual({ url });
    expect(standIn.store.all('session')).toMatchObject([{ metadata: { card_id: cardId }, success_url: RETURN_URL }]);
    await expect(processor.cards.list(customer)).resolves.toEqual([]);

    const reference = standIn.completeSetup(url);
    await expect(processor.cards.list(customer)).resolves.toEqual([
      { reference, brand: 'visa', lastFour: '4242', expiryMonth: 8, expiryYear: 2031 },
    ]);
  });

  it('are gone when they are removed, also the second time', async () => {
    const { person, processor, standIn } = await stripeTestBed();
    const customer = await processor.cards.createCustomer(person());
    const [first, second] = [standIn.addCard(customer), standIn.addCard(customer)];
    await processor.cards.remove(first);
    await processor.cards.remove(first);
    await processor.cards.remove('pm_neverThere');
    await expect(processor.cards.list(customer)).resolves.toMatchObject([{ reference: second }]);
  });

  it('are at most twenty', async () => {
    const { person, processor, standIn } = await stripeTestBed();
    const customer = await processor.cards.createCustomer(person());
    for (let count = 0; count < 25; count += 1) standIn.addCard(customer);
    await expect(processor.cards.list(customer)).resolves.toHaveLength(20);
  });

  it('are none for a customer that is gone', async () => {
    const { processor } = await stripeTestBed();
    await expect(processor.cards.list('cus_gone')).resolves.toEqual([]);
  });

  it.each([
    ['POST /v1/customers', 'createCustomer'],
    ['POST /v1/checkout/sessions', 'startSetup'],
    ['GET /v1/payment_methods', 'list'],
    ['POST /v1/payment_methods/:id/detach', 'remove'],
  ] as const)('say so when Stripe fails at %s', async (call, method) => {
    const { newCardId, person, processor, standIn } = await stripeTestBed({ retriesMax: 0 });
    const customer = await processor.cards.createCustomer(person('carl@example.org'));
    const card = standIn.addCard(customer);
    standIn.fail({ kind: 'server_error', call: call.replace(':id', card) });
    const { cards } = processor;
    const work = {
      createCustomer: () => cards.createCustomer(person()),
      startSetup: () => cards.startSetup({ cardId: newCardId(), customer, currency: EUR, returnUrl: RETURN_URL }),
      list: () => cards.list(customer),
      remove: () => cards.remove(card),
    };
    await expect(work[method]()).rejects.toMatchObject({ code: 'payment_unavailable' });
    await expect(cards.list(customer)).resolves.toMatchObject([{ reference: card }]);
  });

  it('say so when Stripe refuses the page', async () => {
    const { newCardId, processor } = await stripeTestBed();
    await expect(
      processor.cards.startSetup({ cardId: newCardId(), customer: 'cus_gone', currency: EUR, returnUrl: RETURN_URL }),
    ).rejects.toMatchObject({ code: 'payment_unavailable', remedy: expect.stringContaining('operator') as string });
  });
});
