const full = new Intl.DateTimeFormat(undefined, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });

/** `Today`, `Yesterday` or the date with its weekday, in the person's zone. */
export function formatDayHeading(at: string | number | Date, nowMs: number = Date.now()): string {
  const day = startOfDay(new Date(at));
  const today = startOfDay(new Date(nowMs));
  if (day.getTime() === today.getTime()) return 'Today';
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  return day.getTime() === yesterday.getTime() ? 'Yesterday' : full.format(day);
}

function startOfDay(time: Date): Date {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate());
}
