import type { DataWipeRead } from '@rsm/api/schemas/data-wipes';
import { findingWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';

/** What looks worst comes first. */
const ORDER = { found: 0, could_not_look: 1, clean: 2 } as const;

/** What the second connection looked for, and what it saw. */
export function WipeFindings({ findings }: { readonly findings: DataWipeRead['findings'] }) {
  const sorted = findings.toSorted((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
  const clean = findings.filter(({ verdict }) => verdict === 'clean').length;
  return (
    <TitledCard
      title="What was checked"
      description={`${String(clean)} of ${String(findings.length)} checks looked and found nothing. They ran over a second connection with other code.`}
    >
      <div className="overflow-x-auto">
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b text-left text-[13px] text-muted-foreground">
              <th scope="col" className="py-2 pr-4 font-medium">
                Check
              </th>
              <th scope="col" className="py-2 pr-4 font-medium">
                Verdict
              </th>
              <th scope="col" className="py-2 font-medium">
                What was seen
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.map(({ check, verdict, detail }) => (
              <tr key={check} className="border-b align-top last:border-0">
                <th scope="row" className="py-2 pr-4 text-left font-medium">
                  {check.replaceAll('_', ' ')}
                </th>
                <td className="py-2 pr-4">
                  <Badge tone={findingWords[verdict].tone}>{findingWords[verdict].label}</Badge>
                </td>
                <td className="py-2 text-[13px] break-words text-muted-foreground">{detail === '' ? '–' : detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </TitledCard>
  );
}
