import type { BookingRead } from '@rsm/api/schemas/bookings';
import { lazy, Suspense } from 'react';
import { WEB_LIMITS } from '../platform/platform.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { TitledCard } from '../ui/card.tsx';
import { Loading } from '../ui/states.tsx';
import { NoAccess } from './no-access.tsx';

/** The terminal is heavy and needed on this tab alone. */
const TerminalPanel = lazy(async () =>
  import('./terminal/terminal-panel.tsx').then((file) => ({ default: file.TerminalPanel })),
);

/** The built-in terminal, or the sentence that says why there is none. */
export function TerminalTab({ booking }: { readonly booking: BookingRead }) {
  const { bridge } = usePlatform();
  if (bridge === null) {
    return (
      <TitledCard title="Terminal">
        <p className="text-sm">{WEB_LIMITS.terminal}</p>
      </TitledCard>
    );
  }
  if (booking.status !== 'active') return <NoAccess booking={booking} />;
  return (
    <Suspense fallback={<Loading label="Loading the terminal" />}>
      <TerminalPanel bridge={bridge} booking={booking} />
    </Suspense>
  );
}
