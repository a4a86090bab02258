import type { DataWipeRead } from '@rsm/api/schemas/data-wipes';
import { Check, Circle, CircleDot, CircleSlash, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { wipeStrategyWords } from '../format/words.ts';
import { cn } from '../ui/class-names.ts';
import { progressOf, type PartState, type WipePart } from './wipe-progress.ts';

const icons: Readonly<Record<PartState, { readonly label: string; readonly icon: ReactNode }>> = {
  planned: { label: 'To come:', icon: <Circle className="text-muted-foreground" aria-hidden /> },
  running: { label: 'Now:', icon: <CircleDot className="text-primary-text" aria-hidden /> },
  done: { label: 'Done:', icon: <Check className="text-success" aria-hidden /> },
  failed: { label: 'Failed:', icon: <X className="text-danger" aria-hidden /> },
  not_run: { label: 'Not run:', icon: <CircleSlash className="text-muted-foreground" aria-hidden /> },
};

/** The plan part by part, then the checks: what is done, what runs now, and what is still to come. */
export function WipeProgressList({ wipe, isRenter }: { readonly wipe: DataWipeRead; readonly isRenter: boolean }) {
  const { checks, parts } = progressOf(wipe);
  const words = (sentence: string): string => (isRenter ? sentence : renterWords(sentence));
  return (
    <ol className="flex flex-col gap-2.5 text-sm">
      {parts.map((part) => (
        <Part key={part.strategy} part={part} noun="steps">
          {words(wipeStrategyWords[part.strategy])}
        </Part>
      ))}
      <Part part={checks} noun="checks">
        Other code looks for what is left, over a second connection with another key.
      </Part>
    </ol>
  );
}

function Part({
  part,
  noun,
  children,
}: {
  readonly part: WipePart;
  readonly noun: 'steps' | 'checks';
  readonly children: ReactNode;
}) {
  const { icon, label } = icons[part.state];
  const isRunning = part.state === 'running';
  return (
    <li className="flex gap-2.5" aria-current={isRunning ? 'step' : undefined}>
      <span className="mt-0.5 shrink-0 [&_svg]:size-4">{icon}</span>
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className={cn('min-w-0 grow basis-72', isRunning && 'font-medium')}>
            <span className="sr-only">{label} </span>
            {children}
          </span>
          <span className="text-[13px] text-muted-foreground tabular-nums">
            {part.state === 'not_run' ? 'not run' : `${String(part.doneCount)} of ${String(part.totalCount)} ${noun}`}
          </span>
        </p>
        {part.current !== null && <p className="text-[13px] text-muted-foreground">Now: {part.current}</p>}
      </div>
    </li>
  );
}

/** The plan's sentences speak to the renter; a provider reads the same about him. */
function renterWords(sentence: string): string {
  return sentence
    .replaceAll('Your', 'The renter’s')
    .replaceAll('your', 'the renter’s')
    .replaceAll('that you own', 'of that account');
}
