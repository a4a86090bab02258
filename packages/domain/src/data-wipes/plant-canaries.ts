import type { AccessGrant } from '../access/access-grant.ts';
import type { Booking } from '../bookings/booking.ts';
import { targetOf } from '../machines/machine-targets.ts';
import type { Machine } from '../machines/machine.ts';
import type { Lease, WorkflowOptions } from '../workflows/workflow.ts';
import { messageOf, reasonOf } from '../workflows/workflow.ts';
import type { CanaryPlanter } from './canary.ts';
import { canaryPlaces, canaryPlaceWords, canarySeedPlace } from './canary.ts';

/** Planting is one short command; whatever it waits for, it ends then. */
const PLANTING_LIMIT_MS = 30_000;

/**
 * Plants the markers that a renter agreed to, once access works, so that he waits for nothing. The seed is kept before the first marker
 * is on the machine: a try that died leaves none that is not looked for, and the next one plants the same. What goes wrong
 * is a note in the report and never the booking's end.
 * @throws whatever keeps it from being written down, or that the lease is lost
 */
export async function plantCanaries(
  options: WorkflowOptions & { readonly canaries: CanaryPlanter },
  lease: Lease,
  subject: { readonly booking: Booking; readonly machine: Machine; readonly grant: AccessGrant },
): Promise<void> {
  const { canaries, clock, secretBox, uow } = options;
  const { booking, grant, machine } = subject;
  if (!booking.canaryConsent) return;
  const kept = await uow.reads.dataWipes.findCanaries(booking.id);
  const wipe = await uow.reads.dataWipes.findByBooking(booking.id);
  if (wipe === null || (kept !== null && kept.plantedAt !== null)) return;
  const place = canarySeedPlace(wipe.id);
  const seed = kept === null ? canaries.newSeed() : secretBox.open(kept.seedSealed, place);
  if (kept === null) {
    await uow.run(async (tx) => {
      await lease.assertHeld(tx);
      await tx.dataWipes.keepCanarySeed(booking.id, secretBox.seal(seed, place));
    });
  }
  const end = await plant(options, lease, { grant, machine, seed });
  await uow.run(async (tx) => {
    await lease.assertHeld(tx);
    await tx.dataWipes.finishCanaries(booking.id, { ...end, at: clock.now() });
  });
}

async function plant(
  options: WorkflowOptions & { readonly canaries: CanaryPlanter },
  lease: Lease,
  subject: { readonly grant: AccessGrant; readonly machine: Machine; readonly seed: string },
): Promise<{ readonly planted: Awaited<ReturnType<CanaryPlanter['plant']>>; readonly note: string | null }> {
  const { grant, machine, seed } = subject;
  try {
    const target = targetOf(machine, 'control', options.secretBox);
    const planted = await options.canaries.plant(target, grant, options.canaries.marksOf(seed), {
      signal: AbortSignal.any([lease.signal, AbortSignal.timeout(PLANTING_LIMIT_MS)]),
      purpose: `plant_canaries:${grant.bookingId}`,
    });
    const missing = canaryPlaces.filter((place) => !planted.some((marker) => marker.place === place));
    return {
      planted,
      note: missing.length === 0 ? null : `none in ${missing.map((place) => canaryPlaceWords[place]).join(', ')}`,
    };
  } catch (error) {
    lease.signal.throwIfAborted();
    options.log({ event: 'canaries_not_planted', bookingId: grant.bookingId, error: messageOf(error) });
    return { planted: [], note: reasonOf(error) };
  }
}
