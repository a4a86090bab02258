import { randomUUID } from 'node:crypto';
import type { BookingId } from '@rsm/domain/common/ids';
import type { TerminalEvent, TerminalSize } from '../../../shared/bridge.ts';
import { refusal } from '../errors/bridge-refusal.ts';
import type { BookingConnector } from '../ssh/booking-connector.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** Terminal sessions on bookings' machines, by an id of ours. */
export interface Terminals {
  /** @throws BridgeRefusal limit_reached and what logging in throws */
  open(input: { readonly bookingId: BookingId; readonly size: TerminalSize }): Promise<string>;
  /** Resolves when there is room for more. A terminal that is gone swallows it. */
  write(input: { readonly terminalId: string; readonly data: string }): Promise<void>;
  resize(input: { readonly terminalId: string; readonly size: TerminalSize }): void;
  /** The window has taken so much output, so that more may follow. */
  read(input: { readonly terminalId: string; readonly chars: number }): void;
  close(input: { readonly terminalId: string }): void;
  /** Ends all of them, those that are still logging in included. */
  closeAll(reason: string): void;
}

export const TERMINALS_MAX = 16;

export function createTerminals(options: {
  readonly connector: BookingConnector;
  readonly send: (event: TerminalEvent) => void;
  readonly idleMsMax?: number;
}): Terminals {
  const { connector, send, idleMsMax } = options;
  const terminals = new Map<string, Terminal>();
  const logins = new Set<AbortController>();

  return {
    open: async ({ bookingId, size }) => {
      if (terminals.size + logins.size >= TERMINALS_MAX) {
        throw refusal('limit_reached', `There are ${String(TERMINALS_MAX)} terminals open already.`, {
          remedy: 'Close one that you don’t need.',
        });
      }
      const login = new AbortController();
      logins.add(login);
      try {
        const client = await connector.connect(bookingId, login.signal);
        const terminalId = randomUUID();
        const terminal = await openTerminal({
          client,
          size,
          signal: login.signal,
          ...(idleMsMax === undefined ? {} : { idleMsMax }),
          onData: (data) => send({ kind: 'data', terminalId, data }),
          onClosed: (reason) => {
            terminals.delete(terminalId);
            send({ kind: 'closed', terminalId, reason });
          },
        });
        terminals.set(terminalId, terminal);
        // All were closed in the moment in which this one opened.
        if (login.signal.aborted) terminal.close('The terminal was closed while it was being opened.');
        return terminalId;
      } finally {
        logins.delete(login);
      }
    },
    write: async ({ terminalId, data }) => terminals.get(terminalId)?.write(data),
    resize: ({ terminalId, size }) => terminals.get(terminalId)?.resize(size),
    read: ({ terminalId, chars }) => terminals.get(terminalId)?.read(chars),
    close: ({ terminalId }) => terminals.get(terminalId)?.close('You closed the terminal.'),
    closeAll: (reason) => {
      for (const login of logins) login.abort(refusal('terminal_gone', reason));
      for (const terminal of terminals.values()) terminal.close(reason);
    },
  };
}
