import { Check } from 'lucide-react';
import { cn } from '../ui/class-names.ts';
import { connectSteps, isDone, isOpen, type ConnectProgress, type ConnectStep } from './connect-steps.ts';

const stepWords: Readonly<Record<ConnectStep, string>> = {
  address: 'Name and address',
  block: 'Paste the block',
  'host-key': 'Compare the host key',
  checks: 'Checks and facts',
  benchmarks: 'Measure it',
  listing: 'Offer it',
  done: 'Done',
};

/** Where one is, what is done, and the way back to it. */
export function ConnectStepList({
  progress,
  shown,
  onChoose,
}: {
  readonly progress: ConnectProgress;
  readonly shown: ConnectStep;
  readonly onChoose: (step: ConnectStep) => void;
}) {
  const position = connectSteps.indexOf(shown) + 1;
  return (
    <nav aria-label="Steps">
      <p className="mb-2 text-[13px] text-muted-foreground lg:hidden">
        Step {position} of {connectSteps.length}
      </p>
      <ol className="flex flex-wrap gap-1 lg:flex-col">
        {connectSteps.map((step, index) => {
          const done = isDone(step, progress);
          const current = step === shown;
          return (
            <li key={step}>
              <button
                type="button"
                disabled={!isOpen(step, progress)}
                aria-current={current ? 'step' : undefined}
                onClick={() => onChoose(step)}
                className={cn(
                  'flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left text-sm disabled:text-muted-foreground',
                  current ? 'bg-primary-soft font-medium text-primary-text' : 'enabled:hover:bg-muted',
                )}
              >
                <span
                  className={cn(
                    'flex size-6 shrink-0 items-center justify-center rounded-full border text-xs tabular-nums',
                    done && 'border-transparent bg-success-soft text-success',
                  )}
                >
                  {done ? <Check className="size-3.5" aria-label="Done:" /> : index + 1}
                </span>
                <span className={cn(!current && 'max-lg:sr-only')}>{stepWords[step]}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
