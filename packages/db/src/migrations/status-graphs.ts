import { accessGrantStateGraph } from '@rsm/domain/access/access-grant';
import { benchmarkStateGraph } from '@rsm/domain/benchmarks/benchmark';
import { dataWipeStateGraph } from '@rsm/domain/data-wipes/data-wipe';
import { disputeStateGraph } from '@rsm/domain/disputes/dispute';
import { listingStateGraph } from '@rsm/domain/listings/listing';
import { machineStateGraph } from '@rsm/domain/machines/machine';
import { paymentStateGraph } from '@rsm/domain/payments/payment';
import { userStateGraph } from '@rsm/domain/users/user';
import type { Knex } from 'knex';

import { sqlEdges } from './sql.ts';

/** The nouns whose history lies in `status_changes`; bookings have a stricter table of their own. */
const graphs = {
  access_grant: accessGrantStateGraph,
  benchmark: benchmarkStateGraph,
  data_wipe: dataWipeStateGraph,
  dispute: disputeStateGraph,
  listing: listingStateGraph,
  machine: machineStateGraph,
  payment: paymentStateGraph,
  user: userStateGraph,
};

/** The CHECK that a change of state is an edge of the graph of its noun. */
export function sqlStatusEdge(): string {
  const branches = Object.entries(graphs).map(
    ([noun, graph]) => `WHEN '${noun}' THEN (from_status, to_status) IN (${sqlEdges<string>(graph)})`,
  );
  return `CONSTRAINT status_changes_edge CHECK (CASE subject ${branches.join('\n        ')} ELSE false END)`;
}

/** Teaches an installation the nouns and edges that were added since. A migration that adds a noun with states calls this. */
export async function refreshStatusGraphs(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE status_changes DROP CONSTRAINT status_changes_edge;
    ALTER TABLE status_changes ADD ${sqlStatusEdge()};`);
}
