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
          else reject(new Error(`${baseUrl} answered "${search.name}" with ${String(response.statusCode)}.`));
        });
      }).once('error', reject);
    });
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
