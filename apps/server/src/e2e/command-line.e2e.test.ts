// @module-tag ci

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, type MarketClient } from '../demo/market-client.ts';
import { Installation } from './testing/installation.ts';
import { PASSWORD } from './testing/people.ts';

/*
 * The commands that act on a running installation. What they refuse is in main.integration.test.ts; `verify` needs a real
 * certificate and is shown where one is made, in access-ends-alone.e2e.test.ts.
 */
let installation: Installation;
let chief: MarketClient;
let other: MarketClient;

beforeAll(async () => {
  installation = await Installation.open();
  const { apiUrl } = await installation.serve();
  const enter = async (name: string): Promise<MarketClient> => {
    const { market } = await signUp(apiUrl, { email: `${name}@e2e.example`, password: PASSWORD, displayName: name });
    await market.payments.topUp.mutate({ idempotencyKey: 'first-top-up', amount: '20.00', source: '4242424242424242' });
    return market;
  };
  [chief, other] = [await enter('chief'), await enter('other')];
});

afterAll(async () => {
  await installation?.close();
});

describe('make-admin', () => {
  it('gives a signed-in person the role at once, and nobody else', async () => {
    const { id } = await other.users.me.query();
    const decision = { id, reason: 'He asked for it.' };
    const forbidden = { data: { code: 'forbidden' } };
    await expect(chief.users.suspend.mutate(decision)).rejects.toMatchObject(forbidden);
    const made = await installation.run(['make-admin', 'Chief@e2e.example']);
    expect(made).toMatchObject({ status: 0, out: 'chief@e2e.example is an admin now.\n' });
    // The same session and the same token: the role is read on every call, and stands in no token.
    expect(await chief.users.suspend.mutate(decision)).toMatchObject({ status: 'suspended' });
    await expect(other.payments.wallet.query()).rejects.toMatchObject({ data: { code: 'user_suspended' } });
    expect(await chief.users.reinstate.mutate(decision)).toMatchObject({ status: 'active' });
    expect(await other.payments.wallet.query()).toMatchObject({ availableMicros: 20_000_000n });
    await expect(other.users.list.query()).rejects.toMatchObject(forbidden);
  });
});

describe('audit', () => {
  it('finds nothing wrong beside running processes, and one millionth that nobody paid in', async () => {
    const clean = await installation.run(['audit']);
    expect(clean.out).toMatch(/^\d+ invariants checked, 0 broken\.$/m);
    expect(clean.status).toBe(0);
    const { id } = await other.users.me.query();
    const move = (amount: string) =>
      installation.sql(
        `UPDATE ledger_accounts SET balance_micros = balance_micros + ?::bigint WHERE kind = 'wallet' AND user_id = ?`,
        [amount, id],
      );
    await move('1');
    const broken = await installation.run(['audit']);
    await move('-1');
    expect(broken.out).toMatch(/^BROKEN /m);
    expect(broken.out).toMatch(/^\d+ invariants checked, [1-9]\d* broken\.$/m);
    expect(broken.status).toBe(1);
  });
});
