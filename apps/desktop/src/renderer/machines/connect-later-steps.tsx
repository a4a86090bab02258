import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import type { ListingRead } from '@rsm/api/schemas/listings';
import type { MachineRead } from '@rsm/api/schemas/machines';
import { Link } from '@tanstack/react-router';
import { PartyPopper } from 'lucide-react';
import { Button, buttonClasses } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { EmptyState } from '../ui/states.tsx';
import { UnfinishedRuns } from './benchmark-run.tsx';
import { isUnfinished } from './benchmark-runs.ts';
import { BenchmarksPanel } from './benchmarks-panel.tsx';
import { ChecksPanel } from './checks-panel.tsx';
import { HostKeyPanel } from './host-key-panel.tsx';
import { ListingPanel } from './listing-panel.tsx';
import { MachineFactsCard } from './machine-facts-card.tsx';

interface StepProps {
  readonly machine: MachineRead;
  readonly onNext: () => void;
}

/** Step 3: is the machine that answers really his? */
export function HostKeyStep({ machine, onBack, onNext }: StepProps & { readonly onBack: () => void }) {
  return (
    <TitledCard
      title="Compare the host key"
      description="The key proves that we talk to your machine and to nobody in between. Once you confirm it, every other key is refused."
    >
      <HostKeyPanel machine={machine} onConfirmed={onNext} />
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>Show the block again</Button>
        {machine.hostKeyState === 'pinned' && (
          <Button variant="primary" onClick={onNext}>
            Next: the checks
          </Button>
        )}
      </div>
    </TitledCard>
  );
}

/** Step 4: can bookings be run on it, and what is it made of? */
export function ChecksStep({ machine, onBack, onNext }: StepProps & { readonly onBack: () => void }) {
  const isVerified = machine.status === 'verified';
  return (
    <div className="flex flex-col gap-5">
      <TitledCard
        title="Checks"
        description="We log in, look whether bookings can be run and cleaned up safely, and read the hardware."
      >
        <ChecksPanel machine={machine} isFirst={!isVerified} />
      </TitledCard>
      {machine.facts !== null && (
        <MachineFactsCard facts={machine.facts} readAt={machine.factsReadAt} region={machine.declaredRegion} />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>Show the block again</Button>
        {isVerified && (
          <Button variant="primary" onClick={onNext}>
            Next: measure it
          </Button>
        )}
      </div>
    </div>
  );
}

/** Step 5: how fast is it? */
export function BenchmarksStep({ machine, onNext }: StepProps) {
  return (
    <TitledCard
      title="Measure it"
      description="Renters compare measured speed, so a machine without a finished benchmark can’t be offered. It takes a few minutes; you may leave, or write the offer meanwhile."
    >
      <BenchmarksPanel
        machine={machine}
        meanwhileAction={<Button onClick={onNext}>Write the offer meanwhile</Button>}
        doneAction={
          <Button variant="primary" onClick={onNext}>
            Next: offer it
          </Button>
        }
      />
    </TitledCard>
  );
}

/** Step 6: at which price? It is written while the machine is measured, and published when that is over. */
export function ListingStep({
  machine,
  runs,
  listing,
  onBack,
  onNext,
}: StepProps & {
  readonly runs: readonly BenchmarkRead[];
  readonly listing: ListingRead | null;
  readonly onBack: () => void;
}) {
  const unfinished = runs.filter(isUnfinished);
  const isMeasured = runs.some((run) => run.status === 'succeeded');
  const isReady = isMeasured && unfinished.length === 0;
  const obstacle = isReady ? null : 'You can publish it as soon as the machine is measured.';
  return (
    <div className="flex flex-col gap-5">
      <ListingPanel machine={machine} listing={listing} obstacle={obstacle} onPublished={onNext} />
      {/* Below the form: what comes and goes may not move it under somebody's hands. */}
      {unfinished.length > 0 && (
        <TitledCard title="Being measured" description="It goes on while you write the offer.">
          <UnfinishedRuns runs={unfinished} />
        </TitledCard>
      )}
      {unfinished.length === 0 && !isMeasured && (
        <TitledCard
          title="Not measured yet"
          description="None of its benchmarks was finished. What you write here is kept."
        >
          <Button onClick={onBack}>Back: measure it</Button>
        </TitledCard>
      )}
    </div>
  );
}

export function DoneStep({
  machine,
  listing,
}: {
  readonly machine: MachineRead;
  readonly listing: ListingRead | null;
}) {
  return (
    <EmptyState
      icon={<PartyPopper aria-hidden />}
      title={`${machine.name} is on the market`}
      action={
        <div className="flex flex-wrap justify-center gap-2">
          {listing !== null && (
            <Link
              to="/listings/$listingId"
              params={{ listingId: listing.id }}
              className={buttonClasses({ variant: 'primary' })}
            >
              See it as renters do
            </Link>
          )}
          <Link to="/machines/$machineId" params={{ machineId: machine.id }} className={buttonClasses()}>
            The machine’s page
          </Link>
          <Link
            to="/machines/$machineId"
            params={{ machineId: machine.id }}
            search={{ tab: 'calendar' }}
            className={buttonClasses()}
          >
            Keep time for yourself
          </Link>
          <Link to="/machines/connect" search={{}} className={buttonClasses()}>
            Connect another machine
          </Link>
        </div>
      }
    >
      <p>
        You are told in your inbox when somebody books it. Letting the renter in, ending the access and cleaning up
        happen by themselves.
      </p>
    </EmptyState>
  );
}
