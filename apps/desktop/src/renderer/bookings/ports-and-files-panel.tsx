import type { BookingRead } from '@rsm/api/schemas/bookings';
import { WEB_LIMITS } from '../platform/platform.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { TitledCard } from '../ui/card.tsx';
import { FilePull } from './file-pull.tsx';
import { NoAccess } from './no-access.tsx';
import { PortForwards } from './port-forwards.tsx';

/** Services of the machine on this computer, and files taken home. */
export function PortsAndFilesPanel({ booking }: { readonly booking: BookingRead }) {
  const { bridge } = usePlatform();
  if (booking.status !== 'active') return <NoAccess booking={booking} />;
  return (
    <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
      <TitledCard title="Ports" description="What listens on the machine, reached through SSH under 127.0.0.1.">
        {bridge === null ? (
          <p className="text-sm">{WEB_LIMITS.forwards}</p>
        ) : (
          <PortForwards bridge={bridge} booking={booking} />
        )}
      </TitledCard>
      <TitledCard title="Take files home" description="Everything of yours on the machine is deleted at the end.">
        {bridge === null ? (
          <p className="text-sm">{WEB_LIMITS.files}</p>
        ) : (
          <FilePull bridge={bridge} booking={booking} />
        )}
      </TitledCard>
    </div>
  );
}
