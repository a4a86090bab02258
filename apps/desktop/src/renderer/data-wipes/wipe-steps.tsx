import type { DataWipeRead } from '@rsm/api/schemas/data-wipes';
import { formatClock, formatDuration } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';

/** Shorter lengths would all read as 0 s. */
const MILLISECONDS_BELOW_MS = 1_000;

/** Every step as it was run: the command as a template, its exit status and its time. */
export function WipeSteps({ steps }: { readonly steps: DataWipeRead['steps'] }) {
  return (
    <TitledCard
      title="What was done"
      description="The commands as templates: placeholders stand for names of the booking."
    >
      <ol className="flex flex-col divide-y">
        {steps.map((step, index) => (
          <li key={`${step.name}-${String(index)}`} className="py-3 first:pt-0 last:pb-0">
            <p className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-sm">
              <span className="flex min-w-0 items-center gap-2">
                <Badge tone={step.succeeded ? 'success' : 'danger'}>{step.succeeded ? 'Done' : 'Failed'}</Badge>
                <span className="font-medium">{step.name}</span>
              </span>
              <span className="text-[13px] text-muted-foreground tabular-nums">
                {formatClock(step.startedAt)} ·{' '}
                {step.durationMs < MILLISECONDS_BELOW_MS
                  ? `${String(step.durationMs)} ms`
                  : formatDuration(step.durationMs)}{' '}
                · {step.exitStatus === null ? 'no exit status' : `exit status ${String(step.exitStatus)}`}
              </span>
            </p>
            {step.detail !== null && <p className="mt-1 text-[13px] break-words">{step.detail}</p>}
            <details className="mt-1">
              <summary className="text-[13px] text-muted-foreground">Command</summary>
              <pre
                tabIndex={0}
                aria-label={`Command of: ${step.name}`}
                className="mt-1 max-h-64 overflow-auto rounded-md bg-muted px-3 py-2 font-mono text-xs leading-relaxed"
              >
                {step.command}
              </pre>
            </details>
          </li>
        ))}
      </ol>
    </TitledCard>
  );
}
