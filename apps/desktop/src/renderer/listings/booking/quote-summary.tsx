import type { CancellationPolicy } from '@rsm/domain/listings/listing';
import type { ReactNode } from 'react';
import { formatMoney, toCents } from '../../format/money.ts';
import { formatDateTime, formatDuration, ZONE } from '../../format/time.ts';
import { cancellationPolicyWords } from '../../format/words.ts';
import { taxName } from '../../payments/documents/document-words.ts';

export interface QuoteShown {
  readonly start: Date;
  readonly end: Date;
  readonly pricePerHourMicros: bigint;
  readonly currency: string;
  readonly maximumMicros: bigint;
  readonly turnaroundMs: number | null;
  readonly cancellationPolicy: CancellationPolicy;
  /** What of the maximum is tax; null while it is not known. */
  readonly tax: { readonly name: string; readonly basisPoints: number; readonly includedMicros: bigint } | null;
}

/** What a booking costs at most and what happens at its end. */
export function QuoteSummary({
  quote,
  startsNow,
  isExact,
  isUpdating,
}: {
  readonly quote: QuoteShown;
  readonly startsNow: boolean;
  /** Whether the server has said so, or we have worked it out by its rule. */
  readonly isExact: boolean;
  readonly isUpdating: boolean;
}) {
  const durationMs = quote.end.getTime() - quote.start.getTime();
  return (
    <section aria-label="Quote" className="rounded-md bg-muted px-4 py-3">
      <div className="flex items-baseline justify-between gap-3" aria-live="polite" aria-busy={isUpdating}>
        <p className="text-[13px] font-medium">Maximum</p>
        <p className="text-xl font-semibold tabular-nums">{formatMoney(quote.maximumMicros, quote.currency)}</p>
      </div>
      <p className="text-right text-xs text-muted-foreground">
        {formatDuration(durationMs)} × {formatMoney(quote.pricePerHourMicros, quote.currency)} per hour
        {isUpdating ? ', updating …' : isExact ? '' : ', by the marketplace’s rule'}
      </p>
      {quote.tax !== null && quote.tax.basisPoints > 0 && (
        <p className="text-right text-xs text-muted-foreground tabular-nums">
          includes {taxName(quote.tax)}: {formatMoney(toCents(quote.tax.includedMicros), quote.currency)}
        </p>
      )}
      <dl className="mt-3 flex flex-col gap-2 text-[13px]">
        <Line name="Starts">{startsNow ? 'as soon as access works' : formatDateTime(quote.start)}</Line>
        <Line name="Ends">
          {formatDateTime(quote.end)} <span className="text-muted-foreground">({ZONE})</span>
        </Line>
        <Line name="You pay">
          The time used, at most the maximum, no fee on top. The maximum is set aside; what is left comes back at the
          end.
        </Line>
        <Line name={`Cancelling: ${cancellationPolicyWords[quote.cancellationPolicy].label.toLowerCase()}`}>
          {cancellationPolicyWords[quote.cancellationPolicy].rule}
        </Line>
        <Line name="At the end">
          Access ends by itself
          {quote.turnaroundMs === null
            ? ''
            : `, and ${formatDuration(quote.turnaroundMs)} are kept for the clean-up`}.{' '}
          <strong className="font-semibold">Nothing survives</strong>: take your data home before.
        </Line>
      </dl>
    </section>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted-foreground">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
