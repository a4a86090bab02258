import type { Installation } from './installation.ts';

/** The account of each renter's wallet, by the renter. */
export async function walletAccounts(installation: Installation): Promise<ReadonlyMap<string, string>> {
  const [reader] = installation.bare;
  const found = await reader?.query<{ id: string; user_id: string }>(
    `SELECT id, user_id FROM ledger_accounts WHERE kind = 'wallet'`,
  );
  return new Map((found?.rows ?? []).map((row) => [row.user_id, row.id]));
}
