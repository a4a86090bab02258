import { verdictWords } from '../format/words.ts';
import { formatDateTime } from '../format/time.ts';
import { Facts } from '../ui/page.tsx';
import type { CertificateDocument } from './certificate-document.ts';

/** What a report says, in its own words. */
export function ReportWords({
  document,
  isChecked,
}: {
  readonly document: CertificateDocument;
  readonly isChecked: boolean;
}) {
  const clean = document.findings.filter(({ verdict }) => verdict === 'clean').length;
  return (
    <section aria-label="What the report says" className="flex flex-col gap-3 rounded-md border px-4 py-3 text-sm">
      <h3 className="flex flex-wrap justify-between gap-x-4 text-[13px] font-medium text-muted-foreground">
        <span>What the report says</span>
        <span>{isChecked ? 'Signature checked' : 'Signature not checked yet'}</span>
      </h3>
      <p>
        <strong className="font-semibold">{verdictWords[document.verdict].label}.</strong> {document.statement}
      </p>
      <Facts
        items={[
          ['Machine', `${document.machine.name}, host key ${document.machine.hostKeyFingerprint}`],
          ['Booking', `${formatDateTime(document.booking.start)} – ${formatDateTime(document.booking.end)}`],
          ['Checks', `${String(clean)} of ${String(document.findings.length)} clean`],
          ['Marker files', document.canaries?.note ?? 'Not named in this report'],
          [
            document.sanitization.standard,
            `Category ${document.sanitization.category}. ${document.sanitization.categoryReason}`,
          ],
          [
            'Chain',
            document.previousSha256 === null ? (
              'The first report of its machine'
            ) : (
              <span key="chain">
                Follows <code className="text-xs break-all">{document.previousSha256}</code>
              </span>
            ),
          ],
        ]}
      />
      <div>
        <h4 className="mb-1 font-medium">What it does not cover</h4>
        <ul className="flex list-disc flex-col gap-0.5 pl-5 text-[13px]">
          {document.notCovered.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
      <p className="text-[13px] text-muted-foreground">{document.limits}</p>
    </section>
  );
}
