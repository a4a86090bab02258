import { get, type Agent } from 'node:http';
import { createKnex, createUnitOfWork } from '@rsm/db';
import type { Clock } from '@rsm/domain/common/instant';
import type { Client } from 'pg';
import { recordStatements } from '../ledger/statements.ts';
import { inputOf, type SearchCase } from './cases.ts';

export const ROWS = 50;

/** Asks the running server over one kept-alive connection per client. */
export function overHttp(baseUrl: string, search: SearchCase, agent: Agent, token?: string): () => Promise<void> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const url = `${baseUrl}/api/v1/listings.search?input=${inputOf(search, ROWS)}`;
  return async () =>
    new Promise((resolve, reject) => {
      get(url, { agent, headers }, (response) => {
        response.resume();
        response.once('error', reject);
        response.once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`"${search.name}" was answered with ${String(response.statusCode)}.`));
        });
      }).once('error', reject);
    });
}

/** Sends the very statement that the product sends for this search, and reads its rows: the limit of every search over it. */
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
    const statement = statements.find(({ sql }) => sql.includes('market_listings'));
    if (statement === undefined) throw new Error('No search was sent.');
    const query = { text: statement.sql, values: [...statement.bindings] };
    return {
      rows: result.items.length,
      run: async (client) => {
        await clients[client]?.query(query);
      },
    };
  } finally {
    await knex.destroy();
  }
}
