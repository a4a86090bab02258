import { randomUUID } from 'node:crypto';
import type { BookingId } from '@rsm/domain/common/ids';
import type { PortForward } from '../../../shared/bridge.ts';
import { refusal } from '../errors/bridge-refusal.ts';
import type { BookingConnector } from '../ssh/booking-connector.ts';
import { openForward, type OpenForward } from './forward.ts';

/** Ports of this computer that lead to a port of a booking's machine. */
export interface Forwards {
  list(bookingId: BookingId): readonly PortForward[];
  /** @throws BridgeRefusal limit_reached, port_taken and what logging in throws */
  open(input: {
    readonly bookingId: BookingId;
    readonly remotePort: number;
    readonly localPort: number | null;
  }): Promise<PortForward>;
  close(forwardId: string): Promise<void>;
  closeAll(): Promise<void>;
}

export const FORWARDS_MAX = 32;

export function createForwards(options: { readonly connector: BookingConnector }): Forwards {
  const { connector } = options;
  const forwards = new Map<string, { readonly about: PortForward; readonly forward: OpenForward }>();
  const openings = new Set<AbortController>();

  return {
    list: (bookingId) => [...forwards.values()].map(({ about }) => about).filter((one) => one.bookingId === bookingId),
    open: async ({ bookingId, remotePort, localPort }) => {
      if (forwards.size + openings.size >= FORWARDS_MAX) {
        throw refusal('limit_reached', `There are ${String(FORWARDS_MAX)} port forwards open already.`, {
          remedy: 'Close one that you don’t need.',
        });
      }
      const opening = new AbortController();
      openings.add(opening);
      const forwardId = randomUUID();
      try {
        const forward = await openForward({
          connect: async (signal) => connector.connect(bookingId, signal),
          remotePort,
          localPort,
          signal: opening.signal,
          onClosed: () => forwards.delete(forwardId),
        });
        const about = { forwardId, bookingId, localPort: forward.localPort, remotePort };
        forwards.set(forwardId, { about, forward });
        // All were closed in the moment in which this one opened.
        if (opening.signal.aborted) await forward.close();
        return about;
      } finally {
        openings.delete(opening);
      }
    },
    close: async (forwardId) => forwards.get(forwardId)?.forward.close(),
    closeAll: async () => {
      for (const opening of openings) opening.abort(refusal('conflict', 'The port forward was closed meanwhile.'));
      await Promise.all([...forwards.values()].map(async ({ forward }) => forward.close()));
    },
  };
}
