import type { BookingRead } from '@rsm/api/schemas/bookings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ExternalLink, NotebookText } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';
import { detached } from '../app/detached.ts';
import { valueOf } from '../api/client-error.ts';
import type { DesktopBridge, PortForward } from '../../shared/bridge.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { QueryView } from '../ui/query-view.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { parsePort } from './port-input.ts';

const JUPYTER_PORT = 8_888;
/** A forward ends with the connection, without a word to the window. */
const LOOK_AGAIN_MS = 5_000;

const addressOf = (forward: PortForward): string => `http://127.0.0.1:${String(forward.localPort)}`;

/** Opens ports of the machine on this computer, shows and closes them. */
export function PortForwards({ bridge, booking }: { readonly bridge: DesktopBridge; readonly booking: BookingRead }) {
  const queryClient = useQueryClient();
  const queryKey = ['port-forwards', booking.id] as const;
  const forwards = useQuery({
    queryKey,
    queryFn: async () => bridge.forwards.list({ bookingId: booking.id }),
    refetchInterval: LOOK_AGAIN_MS,
    staleTime: 0,
    meta: { passing: true },
  });
  const [remote, setRemote] = useState('');
  const [local, setLocal] = useState('');
  const [wrong, setWrong] = useState<{ readonly remote?: string; readonly local?: string }>({});
  const errors = useFormErrors(['remotePort', 'localPort']);
  const refresh = (): void => detached(queryClient.invalidateQueries({ queryKey }));
  const browse = useMutation({
    mutationFn: async (forward: PortForward) => valueOf(await bridge.app.openExternal({ url: addressOf(forward) })),
  });
  const open = useMutation({
    mutationFn: async (ports: { readonly remotePort: number; readonly localPort: number | null }) =>
      valueOf(await bridge.forwards.open({ bookingId: booking.id, ...ports })),
    onSuccess: refresh,
    onError: errors.set,
  });
  const close = useMutation({
    mutationFn: async (forward: PortForward) => bridge.forwards.close({ forwardId: forward.forwardId }),
    onSuccess: refresh,
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    const remotePort = parsePort(remote);
    const localPort = local.trim() === '' ? null : parsePort(local);
    const sentence = 'Must be a number from 1 to 65535.';
    const isLocalWrong = local.trim() !== '' && localPort === null;
    setWrong({ ...(remotePort === null ? { remote: sentence } : {}), ...(isLocalWrong ? { local: sentence } : {}) });
    if (remotePort === null || isLocalWrong) return;
    open.mutate({ remotePort, localPort });
  };
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-col items-start gap-2">
        <Button
          variant="primary"
          busy={open.isPending}
          onClick={() => {
            errors.clear();
            open.mutate(
              { remotePort: JUPYTER_PORT, localPort: null },
              { onSuccess: (forward) => browse.mutate(forward) },
            );
          }}
        >
          <NotebookText aria-hidden />
          Open Jupyter
        </Button>
        <p className="min-w-0 text-[13px] text-muted-foreground">
          Start it on the machine first: <code>jupyter lab --no-browser --port {JUPYTER_PORT}</code>
        </p>
      </div>
      <QueryView query={forwards}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-sm text-muted-foreground">No port is open on this computer.</p>
          ) : (
            <ul className="flex flex-col gap-2" aria-label="Open ports">
              {items.map((forward) => (
                <li
                  key={forward.forwardId}
                  className="flex flex-wrap items-center justify-between gap-2 rounded-md border px-3 py-2"
                >
                  <span className="text-sm">
                    <code>{addressOf(forward)}</code>
                    <span className="text-muted-foreground"> → port {forward.remotePort} of the machine</span>
                  </span>
                  <span className="flex gap-2">
                    <Button size="sm" onClick={() => browse.mutate(forward)}>
                      <ExternalLink aria-hidden />
                      Open in the browser
                    </Button>
                    <Button
                      size="sm"
                      variant="ghost"
                      busy={close.isPending && close.variables.forwardId === forward.forwardId}
                      aria-label={`Close port ${String(forward.localPort)}`}
                      onClick={() => close.mutate(forward)}
                    >
                      Close
                    </Button>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      <form onSubmit={submit} noValidate className="flex flex-col gap-3">
        <div className="grid grid-cols-2 gap-3">
          <Field label="Port of the machine" error={wrong.remote ?? errors.of('remotePort')}>
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                value={remote}
                onChange={(event) => setRemote(event.target.value)}
              />
            )}
          </Field>
          <Field label="Port here (optional)" error={wrong.local ?? errors.of('localPort')}>
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                placeholder="any free one"
                value={local}
                onChange={(event) => setLocal(event.target.value)}
              />
            )}
          </Field>
        </div>
        <Button type="submit" busy={open.isPending} className="self-start">
          Open the port
        </Button>
      </form>
      {errors.rest !== null && <ErrorNote error={errors.rest} />}
      {browse.error !== null && <ErrorNote error={browse.error} />}
      {close.error !== null && <ErrorNote error={close.error} />}
    </div>
  );
}
