import type { DesktopBridge } from '../../../shared/bridge.ts';
import type { Session } from '../../auth/session.ts';
import { TerminalSession, type TerminalLook } from './terminal-session.ts';

export const TERMINALS_PER_BOOKING_MAX = 4;

export interface TerminalEntry {
  readonly key: number;
  readonly session: TerminalSession;
}

/** The terminals of one booking. They stay open while the person looks at other screens, and so live beside React. */
export class BookingTerminals {
  readonly #bridge: DesktopBridge;
  readonly #bookingId: string;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #entries: readonly TerminalEntry[] = [];
  #nextKey = 1;
  /** Set by what shows the terminals: where the focus goes when somebody leaves one by keyboard. */
  onLeave: () => void = () => undefined;

  constructor(bridge: DesktopBridge, bookingId: string) {
    this.#bridge = bridge;
    this.#bookingId = bookingId;
    this.#unsubscribe = bridge.terminal.onEvent((event) => {
      for (const { session } of this.#entries) session.hear(event);
    });
  }

  get = (): readonly TerminalEntry[] => this.#entries;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Adds a terminal and gives its key; null when there are as many as may be. */
  add(look: TerminalLook): number | null {
    if (this.#entries.length >= TERMINALS_PER_BOOKING_MAX) return null;
    const key = this.#nextKey;
    this.#nextKey += 1;
    const session = new TerminalSession({
      bridge: this.#bridge,
      bookingId: this.#bookingId,
      look,
      // A new list tells React that something in it changed.
      onChange: () => this.#become([...this.#entries]),
      onLeave: () => this.onLeave(),
    });
    this.#become([...this.#entries, { key, session }]);
    return key;
  }

  remove(key: number): void {
    this.#entries.find((entry) => entry.key === key)?.session.dispose();
    this.#become(this.#entries.filter((entry) => entry.key !== key));
  }

  /** Ends all of them for good. */
  close(): void {
    this.#unsubscribe();
    for (const { session } of this.#entries) session.dispose();
    this.#become([]);
  }

  dress(look: TerminalLook): void {
    for (const { session } of this.#entries) session.dress(look);
  }

  #become(entries: readonly TerminalEntry[]): void {
    this.#entries = entries;
    for (const listener of this.#listeners) listener();
  }
}

/** One store for each bridge, and so one for each window, with the terminals of each booking. */
const stores = new WeakMap<DesktopBridge, Map<string, BookingTerminals>>();

/** What tells when nobody is signed in any more. */
type SignedInSession = Pick<Session, 'state' | 'subscribe'>;

/** The terminals of a booking in this window. All end with the session: what one person typed is not for the next. */
export function terminalsOf(bridge: DesktopBridge, session: SignedInSession, bookingId: string): BookingTerminals {
  const bookings = stores.get(bridge) ?? newStore(session);
  stores.set(bridge, bookings);
  const terminals = bookings.get(bookingId) ?? new BookingTerminals(bridge, bookingId);
  bookings.set(bookingId, terminals);
  return terminals;
}

function newStore(session: SignedInSession): Map<string, BookingTerminals> {
  const bookings = new Map<string, BookingTerminals>();
  session.subscribe(() => {
    if (session.state.kind !== 'signed_out') return;
    for (const terminals of bookings.values()) terminals.close();
    bookings.clear();
  });
  return bookings;
}
