import { createTestDatabase } from '@rsm/db/testing';
import { createTestProduct, type TestProduct } from '../../testing/test-product.ts';
import { Bank } from './bank.ts';

/** A product over a database of its own, and the bank that it works with. */
export interface MoneyStage {
  readonly product: TestProduct;
  readonly bank: Bank;
  close(): Promise<void>;
}

/** New providers wait seven days longer, as in production; the demo does not wait. */
const RESERVE_DAYS = '7';

/** Puts up an empty market with a bank beside it. The caller closes it. */
export async function openStage(): Promise<MoneyStage> {
  const database = await createTestDatabase();
  let product: TestProduct | undefined;
  const bank = new Bank({
    clock: {
      now: () => {
        if (product === undefined) throw new Error('The bank is asked before there is a market.');
        return product.clock.now();
      },
    },
  });
  product = await createTestProduct({
    database,
    paymentProcessor: bank.processor,
    env: { PROVIDER_RESERVE_DAYS: RESERVE_DAYS },
    poolMax: 6,
  });
  const made = product;
  return {
    product: made,
    bank,
    close: async () => {
      await made.close();
      await database.drop();
    },
  };
}
