import type { ListingDetailRead } from '@rsm/api/schemas/listings';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { CheckboxField } from '../../ui/field.tsx';
import { COMPARE_GROUPS } from './compare-columns.ts';
import { compareRows, type CompareRow, type CompareValue } from './compare-rows.ts';

/** Listings side by side. What differs is marked by a sign, and the best of a line by a word. */
export function CompareTable({
  details,
  onRemove,
}: {
  readonly details: readonly ListingDetailRead[];
  readonly onRemove: (id: string) => void;
}) {
  const [onlyDifferences, setOnlyDifferences] = useState(false);
  const groups = useMemo(
    () =>
      COMPARE_GROUPS.map(({ title, columns }) => ({
        title,
        rows: compareRows(details, columns).filter((row) => !saysNothing(row)),
      })),
    [details],
  );
  const shown = groups
    .map(({ title, rows }) => ({ title, rows: onlyDifferences ? rows.filter(({ differs }) => differs) : rows }))
    .filter(({ rows }) => rows.length > 0);
  return (
    <div className="flex flex-col gap-3">
      <CheckboxField
        label="Only what differs"
        checked={onlyDifferences}
        onChange={(event) => setOnlyDifferences(event.target.checked)}
      />
      <div className="overflow-x-auto rounded-lg border bg-surface" tabIndex={0} role="region" aria-label="Comparison">
        <table className="w-full table-fixed text-[13px]" style={{ minWidth: `${String(9 + details.length * 10)}rem` }}>
          <thead>
            <tr>
              <th
                scope="col"
                className="w-40 px-4 py-3 text-left align-bottom text-xs font-medium text-muted-foreground"
              >
                <span className="block">≠ marks what differs</span>
              </th>
              {details.map(({ listing }) => (
                <th key={listing.id} scope="col" className="px-3 py-3 text-left align-top font-normal">
                  <div className="flex items-start justify-between gap-2">
                    <Link
                      to="/listings/$listingId"
                      params={{ listingId: listing.id }}
                      className="min-w-0 text-sm font-semibold break-words underline-offset-4 hover:underline"
                    >
                      {listing.title}
                    </Link>
                    <Button
                      size="iconSm"
                      variant="ghost"
                      className="-mt-1.5 size-7"
                      aria-label={`Take ${listing.title} out`}
                      onClick={() => onRemove(listing.id)}
                    >
                      <X aria-hidden />
                    </Button>
                  </div>
                  <Link
                    to="/listings/$listingId"
                    params={{ listingId: listing.id }}
                    className={buttonClasses({ variant: 'primary', size: 'sm', className: 'mt-2' })}
                  >
                    Book<span className="sr-only"> {listing.title}</span>
                  </Link>
                </th>
              ))}
            </tr>
          </thead>
          {shown.map(({ title, rows }) => (
            <tbody key={title}>
              <tr>
                <th
                  scope="rowgroup"
                  colSpan={details.length + 1}
                  className="border-t bg-muted px-4 py-1.5 text-left text-xs font-semibold"
                >
                  {title}
                </th>
              </tr>
              {rows.map((row) => (
                <Row key={row.label} row={row} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
      {shown.length === 0 && <p className="text-sm">They say the same about everything.</p>}
    </div>
  );
}

/** A line that no listing has anything to say about, such as GPU scores of machines without one. */
function saysNothing(row: CompareRow): boolean {
  return !row.differs && ['not measured', 'no GPU', 'could not be read'].includes(row.values[0]?.text ?? '');
}

function Row({ row }: { readonly row: CompareRow }) {
  const most = Math.max(...row.values.map(({ amount }) => amount ?? 0));
  return (
    <tr>
      <th scope="row" className="border-t px-4 py-2 text-left align-top font-normal text-muted-foreground">
        {row.label}
        {row.differs && (
          <>
            <span aria-hidden title="They differ" className="ml-1.5 font-semibold text-warning">
              ≠
            </span>
            <span className="sr-only"> (they differ)</span>
          </>
        )}
      </th>
      {row.values.map((value, index) => (
        <td key={index} className="border-t px-3 py-2 align-top break-words tabular-nums">
          <span className={cn('whitespace-pre-line', value.isBest && 'font-semibold')}>{value.text}</span>
          {value.isBest && <span className="ml-1.5 text-xs font-medium text-success">best</span>}
          {row.hasBars && most > 0 && <Bar value={value} most={most} />}
        </td>
      ))}
    </tr>
  );
}

/** The same as the number beside it, for the eye. */
function Bar({ value, most }: { readonly value: CompareValue; readonly most: number }) {
  return (
    <svg aria-hidden className="mt-1 block h-1.5 w-full" preserveAspectRatio="none" viewBox="0 0 100 6">
      <rect width="100" height="6" rx="1" className="fill-muted" />
      {value.amount !== null && (
        <rect
          width={(value.amount / most) * 100}
          height="6"
          rx="1"
          className={value.isBest ? 'fill-success' : 'fill-chart-1'}
        />
      )}
    </svg>
  );
}
