const month = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

/** What a document is about: a month of the books, which are kept in UTC, or some days. `end` is not included. */
export function monthOrDays({ start, end }: { readonly start: Date; readonly end: Date }): string {
  const isMonth =
    start.getTime() === Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), 1) &&
    end.getTime() === Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1);
  if (isMonth) return month.format(start);
  const first = day.format(start);
  const last = day.format(new Date(Math.max(start.getTime(), end.getTime() - 1)));
  return first === last ? first : `${first} to ${last}`;
}
