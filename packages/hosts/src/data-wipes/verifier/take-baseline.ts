import { DomainError } from '@rsm/domain/common/domain-error';
import type { SshSession } from '../../ssh/ssh-session.ts';
import { privilegedFiles } from './catalogue-privileges.ts';
import { readListing, writeBaseline } from './machine-listing.ts';

const NAMED_MAX = 3;

/**
 * Lists what a machine is before anybody is let in, for the comparison after the clean-up.
 * @throws DomainError host_command_failed when it cannot be seen whole: such a machine could not be verified afterwards either, so that it
 * is better said before somebody works on it. Whatever keeps us from talking to the machine is thrown as it is.
 */
export async function takeBaseline(session: SshSession): Promise<string> {
  const result = await session.run(privilegedFiles, { elapsedSeconds: 0 });
  const listing = readListing(result.stdout);
  if (listing.blind.length > 0) {
    const said = listing.blind
      .slice(0, NAMED_MAX)
      .join('; ')
      .replaceAll(/\p{Cc}/gu, ' ')
      .slice(0, 500)
      .toWellFormed();
    throw new DomainError('host_command_failed', `The machine cannot be looked at before the booking: ${said}.`, {
      remedy: 'Correct this on the machine: what cannot be seen before a booking cannot be verified after it.',
    });
  }
  return writeBaseline(listing);
}
