import type { WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import { wipeStrategyWords } from '../../format/words.ts';
import { TitledCard } from '../../ui/card.tsx';

/** What the method can't do: said before booking, in the same words for every listing. */
const NOT_COVERED = [
  'Whoever has root on the host can copy your data while you use it, and can lie to any checker that runs there. Do not put on it what its provider must never see.',
  'Files are deleted, not destroyed on the medium. In the terms of NIST SP 800-88 that is not even “Clear”: with access to the disk, remains may be found.',
  'What left the machine by other ways: the provider’s backups and snapshots, his network’s records, and whatever your own programs sent elsewhere.',
] as const;

/** What happens to the renter's traces, and what that does not cover. */
export function WipePlanCard({ plan }: { readonly plan: readonly WipeStrategyKind[] }) {
  return (
    <TitledCard title="Clean-up after your booking" description="It begins by itself as soon as access has ended.">
      <ol className="flex list-decimal flex-col gap-1.5 pl-5 text-sm">
        {plan.map((kind) => (
          <li key={kind}>{wipeStrategyWords[kind]}</li>
        ))}
        <li>
          Then other code looks over a second connection for what is left: accounts, keys, files, processes, timed jobs,
          sockets, shared memory, containers.
        </li>
        <li>
          You get a signed report with the outcome, which anybody can check offline. If something is left or could not
          be looked at, it says so, and the machine is not booked again until that is settled.
        </li>
      </ol>
      <h3 className="mt-5 text-sm font-semibold">What this does not cover</h3>
      <ul className="mt-1.5 flex list-disc flex-col gap-1.5 pl-5 text-sm">
        {NOT_COVERED.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </TitledCard>
  );
}
