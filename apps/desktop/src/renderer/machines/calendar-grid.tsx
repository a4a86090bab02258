import { useRef, type KeyboardEvent } from 'react';
import { cn } from '../ui/class-names.ts';
import { startOfDay, type CalendarCell, type CalendarView, type DaySegment } from './calendar-cells.ts';
import { entryWords } from './calendar-words.ts';

const BAR_HEIGHT = 10;
const HOURS_MARKED = ['0:00', '6:00', '12:00', '18:00', '24:00'] as const;
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** The days as buttons with bars. Arrow keys move between them, Home and End go to the ends; a screen reader hears what lies on a day. */
export function CalendarGrid({
  view,
  cells,
  selected,
  onSelect,
}: {
  readonly view: CalendarView;
  readonly cells: readonly CalendarCell[];
  readonly selected: Date;
  readonly onSelect: (day: Date) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const selectedIndex = Math.max(
    0,
    cells.findIndex(({ day }) => day.getTime() === selected.getTime()),
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = stepOf(event.key, view, selectedIndex, cells.length);
    const next = step === null ? undefined : cells[selectedIndex + step];
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next.day);
    place.current?.querySelector<HTMLElement>(`[data-index="${String(selectedIndex + (step ?? 0))}"]`)?.focus();
  };
  const todayMs = startOfDay(new Date()).getTime();
  return (
    <div ref={place} role="group" aria-label="Days" onKeyDown={onKeyDown}>
      {view === 'month' && (
        <div className="mb-1 grid grid-cols-7 gap-1" aria-hidden>
          {cells.slice(0, 7).map(({ day }) => (
            <span key={day.getTime()} className="px-1 text-xs text-muted-foreground">
              {weekday.format(day)}
            </span>
          ))}
        </div>
      )}
      {view === 'week' && (
        <div className="mb-1 grid grid-cols-[7rem_minmax(0,1fr)] gap-3 px-2" aria-hidden>
          <span />
          <span className="flex justify-between text-xs text-muted-foreground tabular-nums">
            {HOURS_MARKED.map((hour) => (
              <span key={hour}>{hour}</span>
            ))}
          </span>
        </div>
      )}
      <div className={view === 'month' ? 'grid grid-cols-7 gap-1' : 'flex flex-col gap-1'}>
        {cells.map((cell, index) => (
          <DayButton
            key={cell.day.getTime()}
            cell={cell}
            view={view}
            index={index}
            isToday={cell.day.getTime() === todayMs}
            isSelected={index === selectedIndex}
            onSelect={onSelect}
          />
        ))}
      </div>
    </div>
  );
}

function stepOf(key: string, view: CalendarView, index: number, count: number): number | null {
  const row = view === 'month' ? 7 : 1;
  switch (key) {
    case 'ArrowLeft':
      return -1;
    case 'ArrowRight':
      return 1;
    case 'ArrowUp':
      return -row;
    case 'ArrowDown':
      return row;
    case 'Home':
      return -index;
    case 'End':
      return count - 1 - index;
    default:
      return null;
  }
}

function DayButton({
  cell,
  view,
  index,
  isToday,
  isSelected,
  onSelect,
}: {
  readonly cell: CalendarCell;
  readonly view: CalendarView;
  readonly index: number;
  readonly isToday: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (day: Date) => void;
}) {
  return (
    <button
      type="button"
      data-index={index}
      tabIndex={isSelected ? 0 : -1}
      aria-pressed={isSelected}
      aria-current={isToday ? 'date' : undefined}
      aria-label={`${longDay.format(cell.day)}: ${daySentence(cell.segments, cell.day)}`}
      onClick={() => onSelect(cell.day)}
      className={cn(
        'rounded-md border px-2 py-1.5 text-left hover:bg-muted',
        view === 'month'
          ? 'flex min-h-14 flex-col justify-between gap-1'
          : 'grid grid-cols-[7rem_minmax(0,1fr)] items-center gap-3',
        !cell.isInView && 'border-dashed text-muted-foreground',
        isSelected && 'border-primary bg-primary-soft hover:bg-primary-soft',
      )}
    >
      <span className={cn('text-[13px] tabular-nums', isToday && 'font-semibold text-primary-text')}>
        {view === 'month' ? cell.day.getDate() : `${weekday.format(cell.day)} ${String(cell.day.getDate())}`}
        {isToday && <span className={cn(view === 'month' && 'max-lg:sr-only')}> today</span>}
      </span>
      <DayBar segments={cell.segments} />
    </button>
  );
}

function DayBar({ segments }: { readonly segments: readonly DaySegment[] }) {
  return (
    <svg
      viewBox={`0 0 100 ${String(BAR_HEIGHT)}`}
      preserveAspectRatio="none"
      className="block h-2.5 w-full"
      aria-hidden
    >
      <rect width="100" height="1" y={BAR_HEIGHT - 1} className="fill-border" />
      {segments.map(({ entry, startPercent, widthPercent }) => (
        <rect
          key={entry.id}
          x={startPercent}
          width={Math.max(widthPercent, 1)}
          y={BAR_HEIGHT - entryWords[entry.kind].height}
          height={entryWords[entry.kind].height}
          className={entryWords[entry.kind].className}
        />
      ))}
    </svg>
  );
}

function daySentence(segments: readonly DaySegment[], day: Date): string {
  if (segments.length === 0) return 'free';
  return segments
    .map(({ entry, startPercent, widthPercent }) => {
      const isWhole = startPercent === 0 && widthPercent === 100;
      const from = startPercent === 0 ? 'the start of the day' : clock.format(entry.range.start);
      const until = startPercent + widthPercent >= 100 ? 'the end of the day' : clock.format(entry.range.end);
      return `${entryWords[entry.kind].label}${isWhole ? ` all of ${weekday.format(day)}` : ` from ${from} to ${until}`}`;
    })
    .join(', ');
}
