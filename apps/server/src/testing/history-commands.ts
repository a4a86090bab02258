import fc from 'fast-check';
import { remoteSteps, type RemoteStep } from './fake-machine.ts';

/** Faults that a machine can be given, and `heal`, which ends all of them. */
const faults = [
  'heal',
  'unreachable',
  'broken_provision',
  'broken_revoke',
  'broken_wipe',
  'residue',
  'blind_verifier',
  'host_key',
  'slow',
] as const;
export type Fault = (typeof faults)[number];

/** One thing that happens in a history. Numbers that pick something are taken modulo how many there are. */
export type HistoryCommand =
  | {
      readonly kind: 'book';
      readonly renter: number;
      readonly machine: number;
      readonly inMinutes: number | null;
      readonly minutes: number;
    }
  | { readonly kind: 'extend'; readonly booking: number; readonly minutes: number }
  | {
      readonly kind: 'auto_extend';
      readonly booking: number;
      readonly stepMinutes: number;
      /** What the booking may cost beyond its maximum of now, in hours of its price. */
      readonly hours: number;
    }
  | { readonly kind: 'end_early' | 'cancel' | 'cancel_as_provider' | 'retry_wipe'; readonly booking: number }
  | { readonly kind: 'block'; readonly machine: number; readonly inMinutes: number; readonly minutes: number }
  | { readonly kind: 'unblock'; readonly block: number }
  | { readonly kind: 'pass'; readonly minutes: number; readonly stepMinutes: number }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'fault'; readonly machine: number; readonly fault: Fault }
  | { readonly kind: 'die'; readonly machine: number; readonly step: RemoteStep; readonly phase: 'before' | 'after' }
  | { readonly kind: 'confirm_host_key' | 'release' | 'pause' | 'publish'; readonly machine: number }
  | { readonly kind: 'at_once'; readonly commands: readonly HistoryCommand[] };

const index = fc.nat({ max: 20 });
/** Lengths around the product's own limits: ten minutes, a clean-up time, the hour, a day. */
const minutes = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 90 }) },
  { weight: 2, arbitrary: fc.integer({ min: 90, max: 600 }) },
  { weight: 1, arbitrary: fc.constantFrom(10, 15, 59, 60, 61, 75, 24 * 60 + 1, 26 * 60) },
);

const book = fc.record({
  kind: fc.constant('book' as const),
  renter: index,
  machine: index,
  inMinutes: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 600 })),
  minutes,
});
const onBooking = fc.record({
  kind: fc.constantFrom('end_early' as const, 'cancel' as const, 'cancel_as_provider' as const, 'retry_wipe' as const),
  booking: index,
});
const extend = fc.record({ kind: fc.constant('extend' as const), booking: index, minutes });
const autoExtend = fc.record({
  kind: fc.constant('auto_extend' as const),
  booking: index,
  stepMinutes: fc.integer({ min: 10, max: 90 }),
  hours: fc.integer({ min: 1, max: 5 }),
});
const block = fc.record({
  kind: fc.constant('block' as const),
  machine: index,
  inMinutes: fc.integer({ min: -60, max: 600 }),
  minutes,
});
const unblock = fc.record({ kind: fc.constant('unblock' as const), block: index });
/** What may happen at the very same time. */
const atOnce = fc.record({
  kind: fc.constant('at_once' as const),
  commands: fc.array(fc.oneof(book, onBooking, extend, autoExtend, block, unblock), { minLength: 2, maxLength: 5 }),
});

export const historyCommand: fc.Arbitrary<HistoryCommand> = fc.oneof(
  { weight: 14, arbitrary: book },
  { weight: 6, arbitrary: onBooking },
  { weight: 3, arbitrary: extend },
  { weight: 3, arbitrary: autoExtend },
  { weight: 2, arbitrary: block },
  { weight: 1, arbitrary: unblock },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      minutes,
      // How late the worker is at most: a poll every ten seconds for days would be all that these tests do.
      stepMinutes: fc.constantFrom(1, 5, 15),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'sweep' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      machine: index,
      fault: fc.oneof(fc.constant('heal' as const), fc.constantFrom(...faults)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('die' as const),
      machine: index,
      step: fc.constantFrom(...remoteSteps),
      phase: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'confirm_host_key' as const,
        'release' as const,
        'pause' as const,
        'publish' as const,
        'publish' as const,
      ),
      machine: index,
    }),
  },
  { weight: 3, arbitrary: atOnce },
);
