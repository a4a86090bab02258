import { DomainError } from '@rsm/domain/common/domain-error';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import type { SeededRenter } from './seeder.ts';
import type { TestProduct } from './test-product.ts';

/** Bookings of one renter that do not go as they should, each on a machine and of a provider of its own. */
export interface ServedTroubles {
  /** Its clean-up has run all steps, and the verifier was cut off before it looked. */
  readonly cleaning: string;
  /** Its start has come, and the machine does not answer. */
  readonly late: string;
  /** The machine was not what its listing shows when access began, just now. */
  readonly failedHandover: string;
}

/** Brings three bookings into trouble, the newest last: who leaves after a failed check has 15 minutes only. */
export async function tellTroubles(product: TestProduct, renter: SeededRenter): Promise<ServedTroubles> {
  const { jobs, seed } = product;
  const terms = (title: string) => ({ terms: { title } });

  const cut = await seed.listing(terms('Cut while cleaning'));
  cut.fake.onVisit = ({ step, phase }) => {
    if (step === 'verify' && phase === 'before')
      throw new DomainError('machine_unreachable', 'The connection was cut.');
  };
  const cleaning = await seed.book(renter, cut.listing, { durationMs: 10 * MINUTE_MS });
  await jobs.advance(12 * MINUTE_MS, { stepMs: MINUTE_MS });

  const silent = await seed.listing(terms('Silent at the start'));
  silent.fake.isUnreachable = true;
  const late = await seed.book(renter, silent.listing, { durationMs: HOUR_MS });
  await jobs.advance(2 * MINUTE_MS, { sweepEveryMs: 30 * SECOND_MS });

  const slower = await seed.listing(terms('Slower than listed'));
  slower.fake.handoverFault = 'speed_all_threads';
  const failed = await seed.book(renter, slower.listing, { durationMs: HOUR_MS });
  await jobs.runDue();
  return { cleaning: cleaning.id, late: late.id, failedHandover: failed.id };
}
