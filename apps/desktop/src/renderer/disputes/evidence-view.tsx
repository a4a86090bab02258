import type { DisputeDetailRead } from '@rsm/api/schemas/disputes';
import type { DisputeEvidence } from '@rsm/domain/disputes/dispute-evidence';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { toClientError } from '../api/client-error.ts';
import { sentence } from '../bookings/moment-words.ts';
import { saveText } from '../data-wipes/save-text.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { dataWipeStatusWords, endReasonWords, findingWords } from '../format/words.ts';
import { MinutesBar, UptimeLegend } from '../machines/uptime-bar.tsx';
import { usePlatform } from '../platform/platform-context.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Facts } from '../ui/page.tsx';
import { findingsSentence } from './evidence-findings.ts';
import { evidenceSpans, minutesSentence } from './evidence-minutes.ts';
import { toast } from '../ui/toast.ts';

/** What our own records said about the booking when the dispute was opened: the same for both sides and the administrator. */
export function EvidenceView({ detail }: { readonly detail: DisputeDetailRead }) {
  const { evidence } = detail;
  return (
    <div className="flex flex-col gap-5">
      <p className="text-[13px] text-muted-foreground">
        As it was on {formatDateTime(evidence.takenAt)}. Both sides and the administrator see the same, and it is never
        changed.
      </p>
      <Minutes evidence={evidence} />
      <Access evidence={evidence} />
      <CleanUp evidence={evidence} />
      <Money evidence={evidence} />
      <SaveEvidence detail={detail} />
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="min-w-0">
      <h3 className="mb-1.5 text-[13px] font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Minutes({ evidence: { minutes } }: { readonly evidence: DisputeEvidence }) {
  const range = { start: new Date(minutes.from), end: new Date(minutes.to) };
  const words = minutesSentence(minutes);
  return (
    <Part title="Minutes">
      <MinutesBar
        spans={evidenceSpans(minutes)}
        range={range}
        label={`From ${formatDateTime(range.start)} to ${formatDateTime(range.end)}: ${words}`}
      />
      <div className="mt-1 mb-2 flex flex-wrap justify-between gap-2 text-xs text-muted-foreground" aria-hidden>
        <span>{formatDateTime(range.start)}</span>
        <span>{formatDateTime(range.end)}</span>
      </div>
      <UptimeLegend />
      <p className="mt-2 text-sm">{words} Minutes that were down or degraded are not charged.</p>
      {minutes.notUp.leftOut > 0 && (
        <p className="text-[13px] text-muted-foreground">
          {String(minutes.notUp.leftOut)} older stretches are not drawn; the sums count them.
        </p>
      )}
    </Part>
  );
}

function Access({ evidence: { booking, access } }: { readonly evidence: DisputeEvidence }) {
  const time = (at: string | null, none: string): string => (at === null ? none : formatDateTime(at));
  return (
    <Part title="Access">
      <Facts
        items={[
          ['Booked', `${formatDateTime(booking.start)} to ${formatDateTime(booking.end)}`],
          ['Access worked', time(booking.readyAt, 'Never')],
          ...(booking.endRequestedAt === null ? [] : [['End asked for', time(booking.endRequestedAt, '')] as const]),
          ['Access ended', time(booking.accessEndedAt, 'Not confirmed by the machine')],
          ...(booking.endReason === null
            ? []
            : [['How it ended', sentence(endReasonWords[booking.endReason])] as const]),
          ['SSH keys let in', String(access.keys.length)],
        ]}
      />
    </Part>
  );
}

function CleanUp({ evidence: { cleanUp } }: { readonly evidence: DisputeEvidence }) {
  if (cleanUp === null) {
    return (
      <Part title="Clean-up">
        <p className="text-sm">Nothing of the renter ever reached the machine, so there was nothing to clean up.</p>
      </Part>
    );
  }
  const { status, attempt, failureReason, findings, certificate } = cleanUp;
  const word = dataWipeStatusWords[status];
  return (
    <Part title="Clean-up">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <Badge tone={word.tone}>{word.label}</Badge>
        {attempt > 1 && <span>after {String(attempt)} attempts</span>}
      </p>
      <p className="mt-1 text-sm">
        {findingsSentence(findings)}
        {certificate === null ? ' There was no signed report yet.' : ' A signed report was issued.'}
      </p>
      {failureReason !== null && <p className="mt-1 text-sm break-words">Why it failed: {failureReason}</p>}
      {findings.notClean.rows.length > 0 && (
        <ul className="mt-2 flex flex-col gap-1 text-[13px]">
          {findings.notClean.rows.map(({ check, verdict, detail }) => (
            <li key={check} className="break-words">
              <span className="font-medium">{check.replaceAll('_', ' ')}</span>: {findingWords[verdict].label}
              {detail === '' ? '' : `, ${detail}`}
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function Money({ evidence: { money, terms } }: { readonly evidence: DisputeEvidence }) {
  const show = (micros: string): string => formatMoney(BigInt(micros), terms.currency);
  return (
    <Part title="Money">
      <Facts
        items={[
          ['Maximum', show(money.holdMicros)],
          ['Charged', show(money.chargedMicros)],
          ['Went back', show(money.releasedMicros)],
          ...(money.refundedBeforeMicros === '0'
            ? []
            : [['Given back by earlier decisions', show(money.refundedBeforeMicros)] as const]),
        ]}
      />
    </Part>
  );
}

function SaveEvidence({ detail: { dispute, evidenceDocument } }: { readonly detail: DisputeDetailRead }) {
  const { bridge } = usePlatform();
  const save = useMutation({
    mutationFn: async () => saveText(bridge, { suggestedName: `evidence-${dispute.id}.json`, text: evidenceDocument }),
    onSuccess: (isSaved) => isSaved && toast.success('The evidence is saved.'),
    onError: (error) => toast.error(toClientError(error).message),
  });
  return (
    <div className="flex flex-col items-start gap-1.5">
      <Button size="sm" busy={save.isPending} onClick={() => save.mutate()}>
        <Download aria-hidden />
        Save all of the evidence
      </Button>
      <p className="max-w-full text-xs text-muted-foreground">
        SHA-256 of the file: <code className="break-all">{dispute.evidenceSha256}</code>
      </p>
    </div>
  );
}
