import type { ListingRead } from '@rsm/api/schemas/listings';
import type { MachineRead } from '@rsm/api/schemas/machines';
import { quarantineReasonWords } from '../format/words.ts';
import type { Tone } from '../ui/badge.tsx';

export interface Attention {
  /** Smaller numbers come first. */
  readonly rank: number;
  readonly tone: Tone;
  readonly text: string;
  /** Where the way out lies: the wizard, or a section of the machine's page. */
  readonly goTo: 'connect' | 'overview' | 'listing';
  readonly action: string;
}

type AttentionMachine = Pick<
  MachineRead,
  'status' | 'hostKeyState' | 'quarantineReason' | 'reachability' | 'lastError'
>;

/** What a machine needs of its provider, the most pressing thing only; null when it earns or is retired. */
export function attentionOf(machine: AttentionMachine, listing: Pick<ListingRead, 'status'> | null): Attention | null {
  if (machine.status === 'retired') return null;
  if (machine.hostKeyState === 'changed') {
    const text = 'Its host key changed. We connect to it no more until you confirm the new one.';
    return { rank: 0, tone: 'danger', text, goTo: 'connect', action: 'Compare the key' };
  }
  if (machine.status === 'quarantined') {
    const reason =
      machine.quarantineReason === null ? 'it is not clean' : quarantineReasonWords[machine.quarantineReason];
    return { rank: 1, tone: 'danger', text: `Off the market: ${reason}.`, goTo: 'overview', action: 'See the way out' };
  }
  if (machine.status === 'connecting') return connecting(machine);
  if (machine.reachability === 'unreachable') {
    const text = 'It does not answer. Check its network and its SSH service.';
    return { rank: 2, tone: 'danger', text, goTo: 'overview', action: 'See details' };
  }
  if (listing === null || listing.status === 'archived') {
    const text = 'It is verified, but nobody can book it: it has no listing.';
    return { rank: 5, tone: 'info', text, goTo: 'connect', action: 'Offer it' };
  }
  if (listing.status === 'draft') {
    const text = 'Its listing is a draft. Nobody sees it yet.';
    return { rank: 6, tone: 'info', text, goTo: 'listing', action: 'Publish it' };
  }
  if (listing.status === 'paused') {
    const text = 'Its listing is paused. It takes no new bookings.';
    return { rank: 7, tone: 'warning', text, goTo: 'listing', action: 'Look at the listing' };
  }
  return null;
}

function connecting(machine: AttentionMachine): Attention {
  const common = { goTo: 'connect', action: 'Go on connecting' } as const;
  if (machine.lastError !== null) return { ...common, rank: 3, tone: 'warning', text: machine.lastError };
  if (machine.hostKeyState === 'scanned') {
    return { ...common, rank: 4, tone: 'info', text: 'Its host key waits for you to compare it.' };
  }
  return { ...common, rank: 4, tone: 'info', text: 'It is not connected yet.' };
}

/** What needs attention first, then the others by name; retired ones last. */
export function compareByAttention<
  Row extends { readonly machine: Pick<MachineRead, 'name' | 'status'>; readonly attention: Attention | null },
>(a: Row, b: Row): number {
  const rankOf = (row: Row): number => row.attention?.rank ?? (row.machine.status === 'retired' ? 200 : 100);
  return rankOf(a) - rankOf(b) || a.machine.name.localeCompare(b.machine.name);
}
