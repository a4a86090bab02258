import type { EventListItem } from '@rsm/api/schemas/events';
import { CalendarClock, CircleUser, Server, ShieldCheck, TriangleAlert, Wallet, type LucideIcon } from 'lucide-react';
import { formatDayHeading } from './day-heading.ts';
import { formatClock } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { eventGroupWords, groupOf, isUrgent, type EventGroup } from './event-groups.ts';
import { EventLink } from './event-link.tsx';

const icons: Readonly<Record<EventGroup, LucideIcon>> = {
  bookings: CalendarClock,
  clean_ups: ShieldCheck,
  machines: Server,
  money: Wallet,
  account: CircleUser,
};

/** Events below the heading of their day, newest first. */
export function InboxList({
  events,
  seenBefore,
}: {
  readonly events: readonly EventListItem[];
  /** Events above this number are marked as new. */
  readonly seenBefore: number;
}) {
  const days = Map.groupBy(events, (event) => formatDayHeading(event.at));
  return (
    <>
      {[...days].map(([day, ofDay]) => (
        <section key={day} aria-label={day}>
          <h2 className="mb-2 text-[13px] font-semibold text-muted-foreground">{day}</h2>
          <Card>
            <ul className="divide-y">
              {ofDay.map((event) => (
                <EventRow key={event.seq} event={event} isNew={event.seq > seenBefore} />
              ))}
            </ul>
          </Card>
        </section>
      ))}
    </>
  );
}

function EventRow({ event, isNew }: { readonly event: EventListItem; readonly isNew: boolean }) {
  const group = groupOf(event);
  const urgent = isUrgent(event);
  const Icon = urgent ? TriangleAlert : icons[group];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <Icon
        className={urgent ? 'size-4.5 shrink-0 text-danger' : 'size-4.5 shrink-0 text-muted-foreground'}
        aria-hidden
      />
      <div className="min-w-0 grow basis-72">
        <p className="text-sm break-words">{event.text}</p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px] text-muted-foreground">
          <time dateTime={event.at}>{formatClock(event.at)}</time>
          <span>{eventGroupWords[group]}</span>
          {isNew && <Badge tone="primary">New</Badge>}
          {urgent && <Badge tone="danger">Look at this</Badge>}
        </p>
      </div>
      <EventLink event={event} />
    </li>
  );
}
