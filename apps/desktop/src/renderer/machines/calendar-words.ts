import type { CalendarEntry } from './calendar-cells.ts';

/** What occupies a machine, in words. Height and colour belong together, so that neither has to be seen alone. */
export const entryWords: Readonly<
  Record<CalendarEntry['kind'], { readonly label: string; readonly className: string; readonly height: number }>
> = {
  booking: { label: 'Booking with clean-up time', className: 'fill-chart-1', height: 10 },
  own_use: { label: 'Own use', className: 'fill-chart-2', height: 7 },
  maintenance: { label: 'Maintenance', className: 'fill-chart-3', height: 5 },
  rented_elsewhere: { label: 'Rented elsewhere', className: 'fill-chart-4', height: 3 },
};
