import type { Booking } from '../bookings/booking.ts';
import { targetOf } from '../machines/machine-targets.ts';
import type { Machine } from '../machines/machine.ts';
import type { Lease, WorkflowOptions } from '../workflows/workflow.ts';
import type { WipeVerifier } from './data-wipe-strategy.ts';

/**
 * Has the verifier look at a machine before anything of a booking is on it, and keeps what it saw beside the booking's clean-up. A
 * provisioning that is repeated keeps the first: what a try before it left half done must not look as if it had always been there.
 * @throws DomainError as `WipeVerifier.takeBaseline` does, or when the machine can't be talked to
 */
export async function keepBaseline(
  options: Pick<WorkflowOptions, 'uow' | 'secretBox'> & { readonly verifier: Pick<WipeVerifier, 'takeBaseline'> },
  lease: Lease,
  subject: { readonly booking: Booking; readonly machine: Machine },
): Promise<void> {
  const { secretBox, uow, verifier } = options;
  const { booking, machine } = subject;
  if ((await uow.reads.dataWipes.findBaseline(booking.id)) !== null) return;
  const baseline = await verifier.takeBaseline(targetOf(machine, 'verifier', secretBox), {
    signal: lease.signal,
    purpose: `baseline:${booking.id}`,
  });
  await uow.run(async (tx) => {
    await lease.assertHeld(tx);
    await tx.dataWipes.keepBaseline(booking.id, baseline);
  });
}
