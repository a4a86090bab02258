import type { ListingRead } from '@rsm/api/schemas/listings';
import type { MachineRead } from '@rsm/api/schemas/machines';
import { Link } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { formatMoney } from '../format/money.ts';
import { listingStatusWords } from '../format/words.ts';
import { cn } from '../ui/class-names.ts';
import { Card } from '../ui/card.tsx';
import { buttonClasses } from '../ui/button.tsx';
import type { Attention } from './machine-attention.ts';
import { MachineBadges } from './machine-badges.tsx';
import { hardwareLine } from './machine-facts-text.ts';
import { NextBooking } from './next-booking.tsx';
import { UptimeBar } from './uptime-bar.tsx';

const attentionClasses = {
  danger: 'bg-danger-soft text-danger',
  warning: 'bg-warning-soft text-warning',
  info: 'bg-info-soft text-info',
  neutral: 'bg-muted text-muted-foreground',
  primary: 'bg-primary-soft text-primary-text',
  success: 'bg-success-soft text-success',
} as const;

/** One machine of the list: how it is, what it needs, what comes next. */
export function MachineCard({
  machine,
  listing,
  attention,
}: {
  readonly machine: MachineRead;
  readonly listing: ListingRead | null;
  readonly attention: Attention | null;
}) {
  const isConnected = machine.status === 'verified' || machine.status === 'quarantined';
  return (
    <Card className={cn('p-4', machine.status === 'retired' && 'bg-transparent')}>
      <div className="grid gap-x-6 gap-y-3 md:grid-cols-[minmax(0,1fr)_17rem]">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h2 className="min-w-0 text-[15px] font-semibold">
              <Link
                to="/machines/$machineId"
                params={{ machineId: machine.id }}
                className="underline-offset-4 hover:underline"
              >
                {machine.name}
              </Link>
            </h2>
            <MachineBadges machine={machine} />
          </div>
          <p className="mt-1 truncate text-[13px] text-muted-foreground">
            {hardwareLine(machine.facts) ?? `${machine.control.address}, port ${String(machine.control.port)}`}
          </p>
          {machine.status !== 'retired' && (
            <p className="mt-2 text-[13px]">
              <span className="text-muted-foreground">Listing: </span>
              {listing === null || listing.status === 'archived' ? (
                'none'
              ) : (
                <>
                  {listingStatusWords[listing.status].label},{' '}
                  {formatMoney(listing.pricePerHourMicros, listing.currency)} per hour
                </>
              )}
              {isConnected && (
                <>
                  <span className="text-muted-foreground"> · Next booking: </span>
                  <NextBooking machineId={machine.id} />
                </>
              )}
            </p>
          )}
        </div>
        {isConnected && <UptimeBar machineId={machine.id} />}
      </div>
      {attention !== null && (
        <div
          className={cn(
            'mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md px-3 py-2 text-[13px] font-medium',
            attentionClasses[attention.tone],
          )}
        >
          <TriangleAlert className="size-4 shrink-0" aria-hidden />
          <span className="min-w-0 grow basis-64">{attention.text}</span>
          <AttentionLink machine={machine} attention={attention} />
        </div>
      )}
    </Card>
  );
}

function AttentionLink({ machine, attention }: { readonly machine: MachineRead; readonly attention: Attention }) {
  const className = buttonClasses({ size: 'sm' });
  const words = (
    <>
      {attention.action}
      <span className="sr-only">: {machine.name}</span>
    </>
  );
  if (attention.goTo === 'connect') {
    return (
      <Link to="/machines/connect" search={{ machineId: machine.id }} className={className}>
        {words}
      </Link>
    );
  }
  return (
    <Link
      to="/machines/$machineId"
      params={{ machineId: machine.id }}
      search={{ tab: attention.goTo }}
      className={className}
    >
      {words}
    </Link>
  );
}
