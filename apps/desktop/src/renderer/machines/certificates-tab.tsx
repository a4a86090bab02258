import type { CertificateRead } from '@rsm/api/schemas/data-wipes';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTime, ZONE } from '../format/time.ts';
import { verdictWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';

const PAGE_ITEMS = 50;
const HASH_CHARS_SHOWN = 12;

/** The signed clean-up reports of a machine, each chained to the one before. */
export function CertificatesTab({ machineId }: { readonly machineId: string }) {
  const trpc = useTRPC();
  const certificates = useInfiniteQuery(
    trpc.dataWipes.listCertificates.infiniteQueryOptions(
      { machineId, limit: PAGE_ITEMS },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <TitledCard
      title="Clean-up reports"
      description={`One signed report per booking. Each names the hash of the one before it, so that none can be left out. Times in ${ZONE}.`}
    >
      <QueryView query={certificates}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <EmptyState title="No report yet">
                The first one is made after the first booking of this machine.
              </EmptyState>
            );
          }
          return (
            <div className="flex flex-col gap-4">
              <CertificateTable items={items} />
              {certificates.hasNextPage && (
                <Button
                  className="self-start"
                  busy={certificates.isFetchingNextPage}
                  onClick={() => detached(certificates.fetchNextPage())}
                >
                  Show older reports
                </Button>
              )}
            </div>
          );
        }}
      </QueryView>
    </TitledCard>
  );
}

function CertificateTable({ items }: { readonly items: readonly CertificateRead[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left text-sm">
        <thead>
          <tr className="border-b text-[13px] text-muted-foreground">
            <th scope="col" className="py-2 pr-4 font-medium">
              Issued
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              Verdict
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              Booking
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              SHA-256 and the one before
            </th>
            <th scope="col" className="py-2">
              <span className="sr-only">File</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((certificate) => (
            <tr key={certificate.id} className="border-b last:border-b-0">
              <td className="py-2.5 pr-4 whitespace-nowrap tabular-nums">{formatDateTime(certificate.issuedAt)}</td>
              <td className="py-2.5 pr-4">
                <Badge tone={verdictWords[certificate.verdict].tone}>{verdictWords[certificate.verdict].label}</Badge>
              </td>
              <td className="py-2.5 pr-4">
                <Link
                  to="/bookings/$bookingId"
                  params={{ bookingId: certificate.bookingId }}
                  className="text-primary-text underline underline-offset-4"
                >
                  Steps and findings
                </Link>
              </td>
              <td className="py-2.5 pr-4 font-mono text-[12.5px] whitespace-nowrap">
                <Hash sha256={certificate.sha256} />
                <span className="text-muted-foreground">
                  {' ← '}
                  {certificate.previousSha256 === null ? 'the first' : <Hash sha256={certificate.previousSha256} />}
                </span>
              </td>
              <td className="py-2.5 text-right">
                <Button size="sm" onClick={() => saveJws(certificate)}>
                  <Download aria-hidden />
                  Save<span className="sr-only"> the report of {formatDateTime(certificate.issuedAt)}</span>
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Hash({ sha256 }: { readonly sha256: string }) {
  return <abbr title={sha256} className="no-underline">{`${sha256.slice(0, HASH_CHARS_SHOWN)}…`}</abbr>;
}

/** The file is the signed text itself: any JOSE tool reads it. */
function saveJws(certificate: CertificateRead): void {
  const address = URL.createObjectURL(new Blob([certificate.jws], { type: 'application/jose' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `clean-up-${certificate.id}.jws`;
  link.click();
  URL.revokeObjectURL(address);
}
