import type { DataWipeRead } from '@rsm/api/schemas/data-wipes';
import { detached } from '../app/detached.ts';
import { verdictWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';
import { ErrorNote, Loading } from '../ui/states.tsx';
import { ReportCheck } from './report-check.tsx';
import { useReport } from './use-kept-report.ts';

/** The signed report of a finished clean-up. What this computer kept is shown, so it is the same with the server gone. */
export function ReportCard({ wipe }: { readonly wipe: DataWipeRead }) {
  const { certificate, kept } = useReport(wipe);
  const verdict = certificate.data?.verdict;
  return (
    <TitledCard
      title="Signed report"
      description="It lists every step and every finding, and anyone can check its signature without us."
      actions={
        verdict !== undefined && <Badge tone={verdictWords[verdict].tone}>It says: {verdictWords[verdict].label}</Badge>
      }
    >
      {kept.data !== undefined && kept.data !== null ? (
        <ReportCheck key={kept.data.jws} report={kept.data} dataWipeId={wipe.id} />
      ) : certificate.error !== null ? (
        <ErrorNote error={certificate.error} onRetry={() => detached(certificate.refetch())} />
      ) : (
        <Loading rows={2} label="Loading the report" />
      )}
    </TitledCard>
  );
}
