import { ledgerTransferIdSchema, newId } from '@rsm/domain/common/ids';
import { amountMicros } from '@rsm/domain/common/money';
import type { AccountRef } from '@rsm/domain/ledger/ledger';
import type { Installation } from './installation.ts';
import { renterOf } from './market.ts';
import type { Contender } from './rounds.ts';
import { Replay, recordStatements } from './statements.ts';
import { walletAccounts } from './wallet-accounts.ts';

/** A millionth from the renter's wallet. */
const AMOUNT_MICROS = 1n;

/**
 * Everybody pays into one account of the platform. Its form is the only difference between the two contenders, which send the
 * product's own statements for a transfer over bare clients: a house account is a sum of entries, a guarded one a row.
 */
async function payments(name: string, label: string, installation: Installation, into: AccountRef): Promise<Contender> {
  const { bare, begin, currency, freshId, ids, knex, market, uow } = installation;
  const wallets = await walletAccounts(installation);
  const payer = renterOf(market, 0).actor.userId;
  const id = newId(ids, ledgerTransferIdSchema);
  const key = freshId();
  const { statements } = await recordStatements(knex, async () =>
    uow.run(async (tx) =>
      tx.ledger.post({
        id,
        kind: 'charge',
        idempotencyKey: key,
        bookingId: null,
        paymentId: null,
        explanation: 'A payment of the benchmark.',
        currency,
        at: begin,
        entries: [
          { account: { kind: 'wallet', userId: payer }, amount: amountMicros(-AMOUNT_MICROS) },
          { account: into, amount: amountMicros(AMOUNT_MICROS) },
        ],
      }),
    ),
  );
  const valuesOf = (userId: string, transferId: string, idempotencyKey: string): readonly string[] => [
    transferId,
    idempotencyKey,
    userId,
    wallets.get(userId) ?? '',
  ];
  const replay = new Replay(label, statements, valuesOf(payer, id, key));
  return {
    name: `${name} (${String(replay.count)} statements)`,
    run: async (client) => {
      const connection = bare[client];
      if (connection === undefined) throw new Error('There is a bare client for each.');
      await replay.send(connection, valuesOf(renterOf(market, client).actor.userId, freshId(), freshId()));
    },
  };
}

/** The platform's revenue as it is: a sum of entries without a row. */
export async function appendOnlyAccount(name: string, installation: Installation): Promise<Contender> {
  return payments(name, 'append_only', installation, { kind: 'platform_revenue' });
}

/** The same money into an account with a balance row, which every transfer locks and changes. */
export async function hotRowAccount(name: string, installation: Installation): Promise<Contender> {
  const { provider } = installation.market;
  return payments(name, 'hot_row', installation, { kind: 'provider_available', userId: provider.userId });
}
