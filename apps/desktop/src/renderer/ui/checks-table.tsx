import { Fragment, type ReactNode } from 'react';

export interface CheckRow {
  readonly key: string;
  readonly title: ReactNode;
  readonly actual: string;
  readonly required: string;
  /** Of a column of its own, when one of the rows has it. */
  readonly verdict?: ReactNode;
  /** What to do about it, below the row. */
  readonly below?: ReactNode;
}

/** Checks with what is and what must be. */
export function ChecksTable({ rows }: { readonly rows: readonly CheckRow[] }) {
  const hasVerdicts = rows.some(({ verdict }) => verdict !== undefined);
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
            {hasVerdicts && (
              <th scope="col" className="w-32 py-2 font-medium">
                Verdict
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ actual, below, key, required, title, verdict }) => (
            <Fragment key={key}>
              <tr className={below === undefined ? 'border-b last:border-b-0' : undefined}>
                <th scope="row" className="py-2 pr-4 align-top font-medium">
                  {title}
                </th>
                <td className="py-2 pr-4 align-top">{actual}</td>
                <td className="py-2 pr-4 align-top text-muted-foreground">{required}</td>
                {hasVerdicts && <td className="py-2 align-top">{verdict}</td>}
              </tr>
              {below !== undefined && (
                <tr className="border-b last:border-b-0">
                  <td colSpan={hasVerdicts ? 4 : 3} className="pb-3 pl-6">
                    {below}
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
