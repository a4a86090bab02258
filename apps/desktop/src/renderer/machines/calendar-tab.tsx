import type { MachineCalendarRead, MachineRead } from '@rsm/api/schemas/machines';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { formatDate, ZONE } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { BlockForm } from './block-form.tsx';
import {
  addDays,
  calendarCells,
  calendarRange,
  moveAnchor,
  startOfDay,
  type CalendarEntry,
  type CalendarView,
} from './calendar-cells.ts';
import { CalendarGrid } from './calendar-grid.tsx';
import { CalendarList } from './calendar-list.tsx';
import { entryWords } from './calendar-words.ts';

const monthName = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' });
const entryKinds = ['booking', 'own_use', 'maintenance', 'rented_elsewhere'] as const;

/** Bookings and blocks of a machine, as a grid and as a list, and the form that keeps time for oneself. */
export function CalendarTab({ machine }: { readonly machine: MachineRead }) {
  const trpc = useTRPC();
  const [view, setView] = useState<CalendarView>('month');
  const [selected, setSelected] = useState(() => startOfDay(new Date()));
  const [anchor, setAnchor] = useState(selected);
  const range = calendarRange(view, anchor);
  const calendar = useQuery(
    trpc.machines.calendar.queryOptions({ id: machine.id, range }, { placeholderData: keepPreviousData }),
  );
  const go = (to: Date): void => {
    setAnchor(to);
    const next = calendarRange(view, to);
    if (selected < next.start || selected >= next.end) setSelected(view === 'week' ? next.start : startOfDay(to));
  };
  const select = (day: Date): void => {
    setSelected(day);
    // A day of a neighbouring month stays in view; only what the grid lacks turns the page.
    if (day < range.start || day >= range.end) setAnchor(day);
  };
  return (
    <div className="flex flex-col gap-5">
      <TitledCard
        title={
          view === 'month'
            ? monthName.format(anchor)
            : `${formatDate(range.start)} to ${formatDate(addDays(range.end, -1))}`
        }
        description={`Days and times in ${ZONE}. Bookings hold their clean-up time.`}
        actions={
          <div className="flex flex-wrap items-center gap-2">
            <div role="group" aria-label="View" className="flex gap-1">
              {(['month', 'week'] as const).map((each) => (
                <Button
                  key={each}
                  size="sm"
                  variant={each === view ? 'primary' : 'secondary'}
                  aria-pressed={each === view}
                  onClick={() => {
                    setView(each);
                    setAnchor(selected);
                  }}
                >
                  {each === 'month' ? 'Month' : 'Week'}
                </Button>
              ))}
            </div>
            <Button size="iconSm" aria-label={`Previous ${view}`} onClick={() => go(moveAnchor(view, anchor, -1))}>
              <ChevronLeft aria-hidden />
            </Button>
            <Button
              size="sm"
              onClick={() => {
                const today = startOfDay(new Date());
                setAnchor(today);
                setSelected(today);
              }}
            >
              Today
            </Button>
            <Button size="iconSm" aria-label={`Next ${view}`} onClick={() => go(moveAnchor(view, anchor, 1))}>
              <ChevronRight aria-hidden />
            </Button>
          </div>
        }
      >
        <QueryView query={calendar}>
          {(data) => {
            const entries = entriesOf(data);
            return (
              <div className="flex flex-col gap-4">
                <CalendarGrid
                  view={view}
                  cells={calendarCells(view, anchor, entries)}
                  selected={selected}
                  onSelect={select}
                />
                <Legend />
                <CalendarList entries={entries} blocks={data.blocks} range={range} />
              </div>
            );
          }}
        </QueryView>
      </TitledCard>
      {machine.status !== 'retired' && <BlockForm key={selected.getTime()} machineId={machine.id} day={selected} />}
    </div>
  );
}

/** A block of the calendar knows its kind; an occupancy only whose it is. */
function entriesOf({ occupancies, blocks }: MachineCalendarRead): readonly CalendarEntry[] {
  const kinds = new Map(blocks.map((block) => [block.id, block.kind]));
  return occupancies.flatMap(({ range, bookingId, blockId }): CalendarEntry[] => {
    if (bookingId !== null) return [{ id: bookingId, kind: 'booking', range }];
    if (blockId !== null) return [{ id: blockId, kind: kinds.get(blockId) ?? 'own_use', range }];
    return [];
  });
}

function Legend() {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted-foreground">
      {entryKinds.map((kind) => (
        <li key={kind} className="flex items-center gap-1.5">
          <svg viewBox="0 0 20 10" className="h-2.5 w-5" aria-hidden>
            <rect
              width="20"
              y={10 - entryWords[kind].height}
              height={entryWords[kind].height}
              className={entryWords[kind].className}
            />
          </svg>
          {entryWords[kind].label}
        </li>
      ))}
    </ul>
  );
}
