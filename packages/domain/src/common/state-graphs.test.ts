import { describe, expect, it } from 'vitest';
import { accessGrantStateGraph } from '../access/access-grant.ts';
import { benchmarkStateGraph } from '../benchmarks/benchmark.ts';
import { bookingStateGraph } from '../bookings/booking.ts';
import { dataWipeStateGraph } from '../data-wipes/data-wipe.ts';
import { disputeStateGraph } from '../disputes/dispute.ts';
import { listingStateGraph } from '../listings/listing.ts';
import { machineStateGraph } from '../machines/machine.ts';
import { paymentStateGraph } from '../payments/payment.ts';
import { userStateGraph } from '../users/user.ts';
import type { StateGraph } from './state-graph.ts';
import { canMove, isPath } from './state-graph.ts';

const graphs: readonly [string, StateGraph<string>, string][] = [
  ['user', userStateGraph, 'active'],
  ['machine', machineStateGraph, 'connecting'],
  ['listing', listingStateGraph, 'draft'],
  ['booking', bookingStateGraph, 'scheduled'],
  ['access grant', accessGrantStateGraph, 'pending'],
  ['benchmark', benchmarkStateGraph, 'queued'],
  ['payment', paymentStateGraph, 'pending'],
  ['data wipe', dataWipeStateGraph, 'pending'],
  ['dispute', disputeStateGraph, 'open'],
];

describe.each(graphs)('the state graph of a %s', (_noun, graph, beginning) => {
  it('reaches every state from its beginning', () => {
    const reached = new Set([beginning]);
    for (const state of reached) for (const next of graph[state] ?? []) reached.add(next);
    expect([...reached].toSorted()).toEqual(Object.keys(graph).toSorted());
  });

  it('has a way out of every state that is not final', () => {
    const reachesFinal = new Set(Object.keys(graph).filter((state) => graph[state]?.length === 0));
    // `verified` is where a data wipe ends; all other graphs have at least one final state too.
    expect(reachesFinal.size).toBeGreaterThan(0);
    for (let round = 0; round < Object.keys(graph).length; round += 1) {
      for (const [state, nexts] of Object.entries(graph)) {
        if (nexts.some((next) => reachesFinal.has(next))) reachesFinal.add(state);
      }
    }
    expect([...reachesFinal].toSorted()).toEqual(Object.keys(graph).toSorted());
  });
});

describe('a booking', () => {
  it('walks the main job', () => {
    expect(
      isPath(
        bookingStateGraph,
        ['scheduled', 'provisioning', 'active', 'revoking', 'wiping', 'completed'],
        ['scheduled'],
      ),
    ).toBe(true);
  });

  it.each([
    ['active', 'completed'],
    ['active', 'cancelled'],
    ['active', 'wiping'],
    ['completed', 'active'],
    ['failed', 'active'],
  ] as const)('never goes from %s to %s', (from, to) => {
    expect(canMove(bookingStateGraph, from, to)).toBe(false);
  });
});
