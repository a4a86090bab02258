import { createTestDatabase } from '@rsm/db/testing';
import { SettableClock } from '../../testing/settable-clock.ts';
import { createTestProduct, type TestProduct } from '../../testing/test-product.ts';
import { Bank } from './bank.ts';

/** A product over a database of its own, and the bank that it works with. */
export interface MoneyStage {
  readonly product: TestProduct;
  readonly bank: Bank;
  close(): Promise<void>;
}

/** In the middle of a month, so that its end comes soon. */
const START = '2031-01-15T12:00:00Z';
/** New providers wait seven days longer, as in production; the demo does not wait. */
const RESERVE_DAYS = '7';

/** Puts up an empty market with a bank beside it. The caller closes it. */
export async function openStage(): Promise<MoneyStage> {
  const database = await createTestDatabase();
  const clock = new SettableClock(START);
  const bank = new Bank({ clock });
  const product = await createTestProduct({
    database,
    clock,
    paymentProcessor: bank.processor,
    env: { PROVIDER_RESERVE_DAYS: RESERVE_DAYS },
    poolMax: 6,
  });
  return {
    product,
    bank,
    close: async () => {
      await product.close();
      await database.drop();
    },
  };
}
