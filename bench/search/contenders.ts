import { createKnex, createUnitOfWork } from '@rsm/db';
import type { Clock } from '@rsm/domain/common/instant';
import type { Client } from 'pg';
import { KeepAliveClient } from '../http/keep-alive-client.ts';
import { recordStatements } from '../ledger/statements.ts';
import { inputOf, type SearchCase } from './cases.ts';

export const ROWS = 50;

/**
 * Asks the running server over kept-alive connections, one per client, that read no more of an answer than where it ends: both cores
 * are for what is measured. The caller closes them.
 */
export function overHttp(
  baseUrl: string,
  search: SearchCase,
  { clients, token }: { readonly clients: number; readonly token?: string },
): { readonly run: (client: number) => Promise<void>; readonly close: () => void } {
  const port = Number(new URL(baseUrl).port);
  const path = `/api/v1/listings.search?input=${inputOf(search, ROWS)}`;
  const target = { port, path, ...(token === undefined ? {} : { token }) };
  const open = Array.from({ length: clients }, () => new KeepAliveClient(target));
  return {
    run: async (client) => open[client]?.ask(),
    close: () => open.forEach((one) => one.close()),
  };
}

/** Sends the very statements with which the product asks the market for this search, and reads their rows: the limit of every search over it. */
export async function overBareClients(
  url: string,
  search: SearchCase,
  { clients, clock }: { readonly clients: readonly Client[]; readonly clock: Clock },
): Promise<{ readonly run: (client: number) => Promise<void>; readonly rows: number }> {
  const knex = createKnex({ url, poolMax: 1 });
  try {
    const { uow } = createUnitOfWork({ knex, clock });
    const { result, statements } = await recordStatements(knex, async () =>
      uow.reads.listings.search(search.filter, search.sort, { limit: ROWS, cursor: null }),
    );
    const queries = statements
      .filter(({ sql }) => sql.includes('market_'))
      .map(({ bindings, sql }) => ({ text: sql, values: [...bindings] }));
    if (queries.length === 0) throw new Error('No search was sent.');
    return {
      rows: result.items.length,
      run: async (client) => {
        for (const query of queries) await clients[client]?.query(query);
      },
    };
  } finally {
    await knex.destroy();
  }
}
