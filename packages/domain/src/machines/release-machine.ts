import { closeGrant } from '../access/close-grant.ts';
import type { BookingLedger } from '../bookings/booking-ledger.ts';
import { tellBoth } from '../bookings/booking-news.ts';
import { DomainError, notFound } from '../common/domain-error.ts';
import type { MachineId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { Machine } from './machine.ts';

/**
 * Takes a machine out of quarantine by an admin's decision. Bookings whose clean-up never came to a verified end are
 * completed with that decision as their reason, so that the provider's share is not held for ever. While the host key is
 * not confirmed the machine itself stays where it is.
 * @throws DomainError not_found, wrong_state when the machine is not quarantined
 */
export async function releaseMachine(
  options: { readonly clock: Clock; readonly ledger: BookingLedger },
  tx: Tx,
  actor: Actor,
  input: { readonly id: MachineId; readonly reason: string },
): Promise<Machine> {
  const at = options.clock.now();
  const released = await tx.dataWipes.releaseByMachine(input.id, { at, by: actor.userId, reason: input.reason });
  const reason = `Released by an admin: ${input.reason}`;
  for (const bookingId of released) {
    const booking = await tx.bookings.lockById(bookingId);
    if (booking === null) continue;
    await closeGrant(tx, booking.id, at);
    if (booking.status !== 'quarantined') continue;
    await tx.bookings.changeStatus(booking.id, { from: 'quarantined', to: 'completed', reason, at });
    await options.ledger.earn(tx, booking);
    tellBoth(tx, booking, 'booking_completed', reason);
  }
  const machine = await tx.machines.lockById(input.id);
  if (machine === null) throw notFound('machine');
  if (machine.status !== 'quarantined') {
    throw new DomainError('wrong_state', `This machine is ${machine.status}, not in quarantine.`, {
      remedy: 'There is nothing to release.',
    });
  }
  // A decision about traces says nothing about who answers at the address: that is the provider's to confirm.
  const isBack = machine.hostKeyState === 'pinned';
  if (isBack) {
    const change = { from: 'quarantined', to: 'verified', reason, quarantineReason: null, at } as const;
    await tx.machines.changeStatus(machine.id, change);
  }
  await tx.audit.insert({
    actorId: actor.userId,
    action: 'machines.release',
    subjectType: 'machine',
    subjectId: machine.id,
    reason: input.reason,
    at,
  });
  tx.events.add({
    audience: machine.providerId,
    kind: 'machine_released',
    subject: 'machine',
    subjectId: machine.id,
    text: isBack
      ? `${machine.name} left quarantine: ${input.reason}`
      : `The clean-ups of ${machine.name} are settled: ${input.reason} It stays in quarantine until you confirm its host key.`,
  });
  return isBack ? { ...machine, status: 'verified', statusReason: reason, quarantineReason: null } : machine;
}
