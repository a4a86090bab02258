import { useMutation } from '@tanstack/react-query';
import { FileDown, FileText, KeyRound, ShieldCheck, ShieldX } from 'lucide-react';
import { useState } from 'react';
import { formatDateTimeZone } from '../format/time.ts';
import { verdictWords } from '../format/words.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Button } from '../ui/button.tsx';
import { Facts } from '../ui/page.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { checkCertificate, readUnchecked, type CertificateCheck } from './certificate-check.ts';
import type { KeptReport } from './report-store.ts';
import { ReportWords } from './report-words.tsx';
import { saveText } from './save-text.ts';
import { useSaveReportPdf } from './use-save-report-pdf.ts';
import { toast } from '../ui/toast.ts';

/** One click checks the kept report with the kept keys; two more take both away. */
export function ReportCheck({
  dataWipeId = null,
  report,
}: {
  readonly report: KeptReport;
  /** The clean-up whose report the server can draw; null when only what was kept is at hand. */
  readonly dataWipeId?: string | null;
}) {
  const { bridge } = usePlatform();
  const [check, setCheck] = useState<CertificateCheck | null>(null);
  const verify = useMutation({
    mutationFn: async () => checkCertificate(report),
    onSuccess: setCheck,
  });
  const save = useMutation({
    mutationFn: async (file: { readonly suggestedName: string; readonly text: string }) => saveText(bridge, file),
    onSuccess: (isSaved) => isSaved && toast.success('Saved.'),
  });
  const pdf = useSaveReportPdf();
  const name = `clean-up-report-${report.bookingId.slice(-12)}`;
  const unchecked = readUnchecked(report.jws);
  // Words that nobody known signed are not shown beside the sentence that says so.
  const isRefused = check?.kind === 'refused' && check.problem !== 'cannot_check';
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={verify.isPending} onClick={() => verify.mutate()}>
          <ShieldCheck aria-hidden />
          Check the signature
        </Button>
        <Button
          busy={save.isPending}
          onClick={() => save.mutate({ suggestedName: `${name}.jws`, text: `${report.jws}\n` })}
        >
          <FileDown aria-hidden />
          Save the report
        </Button>
        <Button
          busy={save.isPending}
          onClick={() =>
            save.mutate({ suggestedName: `${name}-keys.json`, text: `${JSON.stringify(report.keySet, null, 2)}\n` })
          }
        >
          <KeyRound aria-hidden />
          Save the keys
        </Button>
        {dataWipeId !== null && (
          <Button busy={pdf.isPending} onClick={() => pdf.mutate(dataWipeId)}>
            <FileText aria-hidden />
            Save as PDF
          </Button>
        )}
      </div>
      <div aria-live="polite" className="empty:hidden">
        {check !== null && <CheckResult check={check} />}
        {verify.error !== null && <ErrorNote error={verify.error} />}
        {save.error !== null && <ErrorNote error={save.error} />}
      </div>
      {unchecked !== null && !isRefused && <ReportWords document={unchecked} isChecked={check?.kind === 'valid'} />}
      <p className="text-[13px] text-muted-foreground">
        The check runs on this computer, with the keys that were published on {formatDateTimeZone(report.keptAtMs)},
        when the report was first seen here. To check it elsewhere, save both files and use any JOSE program (EdDSA,
        Ed25519), or <code>npm run verify -- report.jws --keys keys.json</code>.
      </p>
    </div>
  );
}

function CheckResult({ check }: { readonly check: CertificateCheck }) {
  if (check.kind === 'refused') {
    return (
      <div className="flex gap-3 rounded-md bg-danger-soft px-4 py-3 text-sm">
        <ShieldX className="mt-0.5 size-5 shrink-0 text-danger" aria-hidden />
        <div>
          <p className="font-semibold text-danger">
            {check.problem === 'cannot_check' ? 'The signature was not checked' : 'Signature not valid'}
          </p>
          <p>{check.explanation}</p>
          {check.problem !== 'cannot_check' && <p className="mt-1">Do not rely on anything in this report.</p>}
        </div>
      </div>
    );
  }
  const { contradictions, document, keyId } = check;
  return (
    <div className="flex gap-3 rounded-md bg-success-soft px-4 py-3 text-sm">
      <ShieldCheck className="mt-0.5 size-5 shrink-0 text-success" aria-hidden />
      <div className="flex min-w-0 flex-col gap-2">
        <p className="font-semibold text-success">Signature valid</p>
        <p>
          {document.issuer} issued this report, and not one byte of it was changed. The report itself says:{' '}
          {verdictWords[document.verdict].label.toLowerCase()}.
        </p>
        <Facts
          items={[
            ['Issued', formatDateTimeZone(document.issuedAt)],
            [
              'Key',
              <code key="key" className="text-xs break-all">
                {keyId}
              </code>,
            ],
            ['Algorithm', 'EdDSA (Ed25519)'],
          ]}
        />
        {contradictions.length > 0 && (
          <p className="font-medium text-danger">
            The report contradicts itself: it says verified, but {contradictions.join(', ')}.
          </p>
        )}
        <p>A valid signature does not prove that nothing is left: see what the report does not cover.</p>
      </div>
    </div>
  );
}
