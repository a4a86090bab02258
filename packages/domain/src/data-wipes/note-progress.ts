import type { Booking } from '../bookings/booking.ts';
import type { Lease, WorkflowOptions } from '../workflows/workflow.ts';
import type { VerifyWork, WipeRunner, WipeWork } from './data-wipe-strategy.ts';
import type { DataWipe, WipeStep, WipeStrategyKind } from './data-wipe.ts';

/** What each part of a plan takes away, for the sentence that says how it went. */
const PARTS: Readonly<Record<WipeStrategyKind, string>> = {
  ssh_key_removal: 'the SSH keys of the booking',
  home_directory_purge: 'the home and the files of its account',
  user_deletion: 'its account',
  container_destroy: 'the container and the account that led into it',
};

/**
 * Writes down each step and each look of a clean-up as it ends, a short transaction each, so that both sides can follow it. An event
 * is told once for each part of the plan, by the first try, and not for each of its steps, because events stay in the inbox.
 * @throws LeaseLostError when another worker has taken over, which ends the run
 */
export function progressNotes(
  options: Pick<WorkflowOptions, 'uow'> & { readonly runner: Pick<WipeRunner, 'stepsOf'> },
  lease: Lease,
  subject: { readonly wipe: DataWipe; readonly booking: Booking },
): Pick<WipeWork, 'onStep'> & Pick<VerifyWork, 'onFindings'> {
  const { booking, wipe } = subject;
  const planned = options.runner.stepsOf(wipe.plan);
  const failedParts = new Set<WipeStrategyKind>();
  const isLastOfPart = ({ strategy, name }: WipeStep): boolean =>
    planned.findLast((step) => step.strategy === strategy)?.name === name;
  return {
    onStep: async (step) => {
      if (!step.succeeded) failedParts.add(step.strategy);
      await options.uow.run(async (tx) => {
        await lease.assertHeld(tx);
        await tx.dataWipes.noteStep(wipe.id, step);
        // A clean-up that is tried for hours would tell the same again with every try.
        if (lease.attempt > 1 || !isLastOfPart(step)) return;
        const part = PARTS[step.strategy];
        const text = failedParts.has(step.strategy)
          ? `The clean-up could not remove all of this: ${part}.`
          : `The clean-up has removed ${part}.`;
        for (const audience of [booking.renterId, booking.providerId]) {
          tx.events.add({ audience, kind: 'booking_wiping', subject: 'data_wipe', subjectId: wipe.id, text });
        }
      });
    },
    onFindings: async (findings) => {
      await options.uow.run(async (tx) => {
        await lease.assertHeld(tx);
        await tx.dataWipes.noteFindings(wipe.id, findings);
      });
    },
  };
}
