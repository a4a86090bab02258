import type { BookingId } from '@rsm/domain/common/ids';
import type { Client } from 'ssh2';
import { apiRefusal } from '../errors/api-refusal.ts';
import type { PrivateKeySource } from '../keys/key-sources.ts';
import type { Ports } from '../ports.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';
import { dial } from './dial.ts';
import { loginMethodsFor } from './login-keys.ts';

/** Logs in to a booking's machine. Each call is one connection of its own, which its user ends. */
export interface BookingConnector {
  /** @throws BridgeRefusal */
  connect(bookingId: BookingId, signal: AbortSignal): Promise<Client>;
}

/** A window names a booking and nothing else: address, user and pinned host key come from the server, asked anew each time. */
export function createBookingConnector(options: {
  readonly session: SessionKeeper;
  readonly sources: readonly PrivateKeySource[];
  readonly sshAgent: string | null;
  readonly log: Ports['log'];
}): BookingConnector {
  const { session, sources, sshAgent, log } = options;
  return {
    connect: async (bookingId, signal) => {
      const { connection, accountKeys } = await askServer(session, bookingId);
      const { host, port, user, hostKey } = connection;
      const methods = await loginMethodsFor({ username: user, accountKeys, sources, sshAgent });
      try {
        return await dial({ host, port, username: user, hostKey, methods, signal });
      } catch (error) {
        log({ event: 'ssh', detail: `login to the machine of booking ${bookingId} failed`, error });
        throw error;
      }
    },
  };
}

async function askServer(session: SessionKeeper, bookingId: BookingId) {
  const api = await session.api();
  try {
    const [connection, keys] = await Promise.all([
      api.bookings.connection.query({ id: bookingId }),
      api.users.listSshKeys.query(),
    ]);
    return { connection, accountKeys: keys.items.map((key) => key.publicKey) };
  } catch (error) {
    throw apiRefusal(error);
  }
}
