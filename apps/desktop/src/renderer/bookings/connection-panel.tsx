import type { BookingRead, ConnectionRead } from '@rsm/api/schemas/bookings';
import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTRPC } from '../api/trpc.ts';
import { TitledCard } from '../ui/card.tsx';
import { CopyBlock, CopyButton } from '../ui/copy-button.tsx';
import { Facts } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { NoAccess } from './no-access.tsx';
import { KNOWN_HOSTS_FILE, pinCommand } from './pin-command.ts';

/** Everything to copy for a terminal of one's own. */
export function ConnectionPanel({ booking }: { readonly booking: BookingRead }) {
  const trpc = useTRPC();
  const connection = useQuery(
    trpc.bookings.connection.queryOptions({ id: booking.id }, { enabled: booking.status === 'active' }),
  );
  if (booking.status !== 'active') return <NoAccess booking={booking} />;
  return <QueryView query={connection}>{(data) => <ConnectionView connection={data} />}</QueryView>;
}

function ConnectionView({ connection }: { readonly connection: ConnectionRead }) {
  return (
    <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
      <div className="flex flex-col gap-5">
        <TitledCard title="Log in" description="Paste both into a terminal on your computer, the first one once.">
          <div className="flex flex-col gap-3">
            <CopyBlock label="1. Trust exactly this machine" text={pinCommand(connection.knownHostsLine)} />
            <CopyBlock label="2. Log in" text={connection.sshCommand} />
          </div>
        </TitledCard>
        <TitledCard title="Copy files" description="Nothing survives the end of the booking, so copy results before.">
          <div className="flex flex-col gap-3">
            <CopyBlock label="rsync: bring your home directory here" text={connection.rsyncCommand} />
            <CopyBlock label="SFTP" text={connection.sftpCommand} />
          </div>
        </TitledCard>
        <TitledCard title="Forward a port" description="A service of the machine, such as Jupyter, on your computer.">
          <CopyBlock label="Port 8888" text={connection.forwardCommand} />
        </TitledCard>
      </div>
      <div className="flex flex-col gap-5">
        <TitledCard title="The machine">
          <Facts
            items={[
              ['Address', <code key="host">{connection.host}</code>],
              ['Port', <code key="port">{connection.port}</code>],
              ['User', <code key="user">{connection.user}</code>],
              [
                'Host key',
                <span key="key" className="flex flex-wrap items-center gap-2">
                  <code className="text-xs break-all">
                    {connection.hostKey.keyType} {connection.hostKey.fingerprint}
                  </code>
                  <CopyButton variant="ghost" text={connection.hostKey.fingerprint} aria-label="Copy the fingerprint" />
                </span>,
              ],
              [
                'Your keys',
                <span key="keys" className="flex items-center gap-1.5">
                  <KeyRound className="size-4 shrink-0" aria-hidden />
                  The SSH keys that you chose when you booked
                </span>,
              ],
            ]}
          />
          <p className="mt-4 text-[13px] text-muted-foreground">
            The host key was pinned when the machine was verified. If your SSH program warns of another key, do not log
            in: somebody may stand between.
          </p>
        </TitledCard>
        <CopyBlock label="Entry for ~/.ssh/config" text={connection.sshConfig} />
        <CopyBlock label={`Line for ${KNOWN_HOSTS_FILE}`} text={connection.knownHostsLine} />
      </div>
    </div>
  );
}
