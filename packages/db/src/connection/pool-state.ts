import type { Knex } from 'knex';

/** What knex' pool (tarn) tells of itself. */
interface Pool {
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

const POOL_METHODS = ['numUsed', 'numFree', 'numPendingAcquires'] as const satisfies readonly (keyof Pool)[];

function isPool(value: unknown): value is Pool {
  if (typeof value !== 'object' || value === null) return false;
  return POOL_METHODS.every((name) => typeof Reflect.get(value, name) === 'function');
}

/** How many connections are used and free, and how much work waits for one. All zero when the pool was destroyed. */
export function poolStateOf(knex: Knex): { readonly used: number; readonly free: number; readonly waiting: number } {
  const client: unknown = knex.client;
  const pool: unknown = typeof client === 'object' && client !== null && 'pool' in client ? client.pool : undefined;
  if (!isPool(pool)) return { used: 0, free: 0, waiting: 0 };
  return { used: pool.numUsed(), free: pool.numFree(), waiting: pool.numPendingAcquires() };
}
