import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import type { HandoverRead } from '@rsm/api/schemas/handovers';
import { handoverCheckTitles } from '@rsm/domain/handovers/handover';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTimeZone } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';
import { ChecksTable } from '../ui/checks-table.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { RawOutput } from '../ui/raw-output.tsx';
import { handoverSentence, handoverVerdictWords, sortedChecks } from './handover-words.ts';

/** What was checked when the machine was handed over, for both sides; the renter also finds the way out here. */
export function HandoverCard({ detail }: { readonly detail: BookingDetailRead }) {
  const { booking, viewer } = detail;
  const trpc = useTRPC();
  const hasBegun = booking.readyAt !== null;
  const handover = useQuery(trpc.handovers.get.queryOptions({ id: booking.id }, { enabled: hasBegun }));
  // A booking that was never used has nothing to tell, and one of before there were handovers neither.
  if (!hasBegun || handover.data?.state === 'none') return null;
  const verdict = handover.data?.verdict ?? null;
  const word = verdict === null ? null : handoverVerdictWords[verdict];
  return (
    <TitledCard
      title="Check at the start"
      description="The machine compared with its listing, right after access worked."
      actions={word !== null && <Badge tone={word.tone}>{word.label}</Badge>}
    >
      <QueryView query={handover}>
        {(data) => (
          <div className="flex flex-col gap-4">
            <p role="status" className="text-sm">
              {handoverSentence(data, viewer)}
            </p>
            {data.checks.length > 0 && <Checks checks={data.checks} />}
            <Evidence bookingId={booking.id} handover={data} />
          </div>
        )}
      </QueryView>
    </TitledCard>
  );
}

function Checks({ checks }: { readonly checks: HandoverRead['checks'] }) {
  return (
    <ChecksTable
      rows={sortedChecks(checks).map(({ actual, id, required, verdict }) => ({
        key: id,
        title: handoverCheckTitles[id],
        actual,
        required,
        verdict: <Badge tone={handoverVerdictWords[verdict].tone}>{handoverVerdictWords[verdict].label}</Badge>,
      }))}
    />
  );
}

/** When it was, and the machine's own words, loaded only when somebody asks for them. */
function Evidence({ bookingId, handover }: { readonly bookingId: string; readonly handover: HandoverRead }) {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const raw = useQuery(
    trpc.handovers.rawOutput.queryOptions({ id: bookingId }, { enabled: isOpen, meta: { passing: true } }),
  );
  if (handover.checkedAt === null) return null;
  return (
    <div className="flex flex-wrap items-center gap-3 text-[13px] text-muted-foreground">
      Checked on {formatDateTimeZone(handover.checkedAt)}.
      {handover.hasRawOutput && (
        <RawOutput subject="the check at the start" isOpen={isOpen} onOpenChange={setOpen} query={raw} />
      )}
    </div>
  );
}
