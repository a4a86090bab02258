import { TitledCard } from '../ui/card.tsx';
import { ReportCheck } from './report-check.tsx';
import { useKeptReport } from './use-kept-report.ts';

/** When the server can't be asked: the report that this computer keeps, if there is one. */
export function KeptReport({ bookingId }: { readonly bookingId: string }) {
  const { data } = useKeptReport(bookingId);
  if (data === undefined || data === null) return null;
  return (
    <TitledCard
      title="Clean-up report"
      description="Kept on this computer since it was first seen. Checking it needs no server."
    >
      <ReportCheck report={data} />
    </TitledCard>
  );
}
