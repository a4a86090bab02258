import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import type { ListingRead } from '@rsm/api/schemas/listings';
import type { MachineRead } from '@rsm/api/schemas/machines';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { buttonClasses } from '../ui/button.tsx';
import { EmptyState } from '../ui/states.tsx';
import { AddressStep } from './connect-address-step.tsx';
import { BlockStep } from './connect-block-step.tsx';
import { BenchmarksStep, ChecksStep, DoneStep, HostKeyStep, ListingStep } from './connect-later-steps.tsx';
import { currentStep, isOpen, type ConnectProgress, type ConnectStep } from './connect-steps.ts';
import { ConnectStepList } from './connect-step-list.tsx';

export interface ConnectWizardProps {
  readonly machine: MachineRead | null;
  readonly runs: readonly BenchmarkRead[];
  readonly listing: ListingRead | null;
}

const pastedKey = (machineId: string): string => `rsm.pasted.${machineId}`;

/** The steps and the one that is shown. It moves on when the person says so, never under his hands. */
export function ConnectWizard({ machine, runs, listing }: ConnectWizardProps) {
  const [isPasted, setPasted] = useState(
    () => machine !== null && sessionStorage.getItem(pastedKey(machine.id)) !== null,
  );
  const benchmarkStatuses = runs.map((run) => run.status);
  const progress: ConnectProgress = { machine, isPasted, benchmarkStatuses, listingStatus: listing?.status ?? null };
  const [chosen, setChosen] = useState<ConnectStep>(() => currentStep(progress));
  const shown = isOpen(chosen, progress) ? chosen : currentStep(progress);

  // Whoever goes on by keyboard or screen reader goes on at the top of the new step.
  const place = useRef<HTMLDivElement>(null);
  const lastShown = useRef(shown);
  useEffect(() => {
    if (lastShown.current !== shown) place.current?.focus();
    lastShown.current = shown;
  }, [shown]);

  if (machine?.status === 'retired') {
    return (
      <EmptyState
        title={`${machine.name} is retired`}
        action={
          <Link to="/machines/connect" className={buttonClasses({ variant: 'primary' })}>
            Connect it anew
          </Link>
        }
      >
        A retired machine stays retired, because its reports belong to what it was. Connect it as a new one.
      </EmptyState>
    );
  }
  const paste = (): void => {
    if (machine !== null) sessionStorage.setItem(pastedKey(machine.id), 'yes');
    setPasted(true);
    setChosen('host-key');
  };
  return (
    <div className="grid gap-5 lg:grid-cols-[15rem_minmax(0,1fr)] lg:items-start">
      <ConnectStepList progress={progress} shown={shown} onChoose={setChosen} />
      <div ref={place} tabIndex={-1} className="min-w-0 outline-none">
        <StepView step={shown} machine={machine} runs={runs} listing={listing} onPasted={paste} onGo={setChosen} />
      </div>
    </div>
  );
}

function StepView({
  step,
  machine,
  runs,
  listing,
  onPasted,
  onGo,
}: {
  readonly step: ConnectStep;
  readonly machine: MachineRead | null;
  readonly runs: readonly BenchmarkRead[];
  readonly listing: ListingRead | null;
  readonly onPasted: () => void;
  readonly onGo: (step: ConnectStep) => void;
}) {
  if (machine === null) return <AddressStep machine={null} />;
  switch (step) {
    case 'address':
      return <AddressStep machine={machine} onNext={() => onGo('block')} />;
    case 'block':
      return <BlockStep machine={machine} onNext={onPasted} />;
    case 'host-key':
      return <HostKeyStep machine={machine} onBack={() => onGo('block')} onNext={() => onGo('checks')} />;
    case 'checks':
      return <ChecksStep machine={machine} onBack={() => onGo('block')} onNext={() => onGo('benchmarks')} />;
    case 'benchmarks':
      return <BenchmarksStep machine={machine} onNext={() => onGo('listing')} />;
    case 'listing':
      return (
        <ListingStep
          machine={machine}
          runs={runs}
          listing={listing}
          onBack={() => onGo('benchmarks')}
          onNext={() => onGo('done')}
        />
      );
    case 'done':
      return <DoneStep machine={machine} listing={listing} />;
  }
}
