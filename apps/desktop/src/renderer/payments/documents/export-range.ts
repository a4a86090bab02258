export type ExportRange =
  | { readonly kind: 'range'; readonly from: Date; readonly to: Date }
  | { readonly kind: 'problem'; readonly field: 'from' | 'to'; readonly problem: string };

/** The stretch of time from the first moment of a day until the last of another, in the person's zone. */
export function exportRange(fromDay: string, toDay: string): ExportRange {
  const from = startOf(fromDay, 0);
  if (from === null) return { kind: 'problem', field: 'from', problem: 'Choose a day.' };
  const to = startOf(toDay, 1);
  if (to === null) return { kind: 'problem', field: 'to', problem: 'Choose a day.' };
  if (to <= from) {
    return { kind: 'problem', field: 'to', problem: 'Choose the same day or a later one, or an earlier beginning.' };
  }
  return { kind: 'range', from, to };
}

/** The value of an `<input type="date">`, in the person's zone. */
export function dayInput(atMs: number): string {
  const day = new Date(atMs);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${String(day.getFullYear()).padStart(4, '0')}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** By the calendar and not by 24 hours, because a day of the clock change has 23 or 25. */
function startOf(text: string, plusDays: number): Date | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  return new Date(year, month - 1, day + plusDays);
}
