import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import type { HandoverRead } from '@rsm/api/schemas/handovers';
import { handoverCheckTitles } from '@rsm/domain/handovers/handover';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTimeZone } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { QueryView } from '../ui/query-view.tsx';
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
    <div className="overflow-x-auto">
      <table className="w-full min-w-120 table-fixed text-left text-sm [overflow-wrap:anywhere]">
        <thead>
          <tr className="border-b text-[13px] text-muted-foreground">
            <th scope="col" className="w-1/4 py-2 pr-4 font-medium">
              Check
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              Actual
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              Required
            </th>
            <th scope="col" className="w-32 py-2 font-medium">
              Verdict
            </th>
          </tr>
        </thead>
        <tbody>
          {sortedChecks(checks).map(({ actual, id, required, verdict }) => (
            <tr key={id} className="border-b last:border-b-0">
              <th scope="row" className="py-2 pr-4 align-top font-medium">
                {handoverCheckTitles[id]}
              </th>
              <td className="py-2 pr-4 align-top">{actual}</td>
              <td className="py-2 pr-4 align-top text-muted-foreground">{required}</td>
              <td className="py-2 align-top">
                <Badge tone={handoverVerdictWords[verdict].tone}>{handoverVerdictWords[verdict].label}</Badge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
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
        <Button size="sm" variant="ghost" onClick={() => setOpen(true)}>
          Raw output<span className="sr-only"> of the check at the start</span>
        </Button>
      )}
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        className="max-w-3xl"
        title="Check at the start: raw output"
        description={`SHA-256 ${raw.data?.sha256 ?? ''}`}
        footer={raw.data !== undefined && <CopyButton text={raw.data.text} />}
      >
        <QueryView query={raw}>
          {({ text }) => (
            <pre tabIndex={0} aria-label="Raw output" className="overflow-x-auto font-mono text-[12px] leading-relaxed">
              {text}
            </pre>
          )}
        </QueryView>
      </Dialog>
    </div>
  );
}
