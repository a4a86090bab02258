import type { BookingRead } from '@rsm/api/schemas/bookings';
import { useMutation } from '@tanstack/react-query';
import { FolderDown, LoaderCircle } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import { detached } from '../app/detached.ts';
import { useSession } from '../auth/session-context.ts';
import { valueOf } from '../api/client-error.ts';
import type { DesktopBridge } from '../../shared/bridge.ts';
import { formatBytes, formatInteger } from '../format/size.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { pullsOf, type Pull, type PullsStore } from './pulls-store.ts';

/** Copies a file or a folder of the machine to this computer. */
export function FilePull({ bridge, booking }: { readonly bridge: DesktopBridge; readonly booking: BookingRead }) {
  const { session } = useSession();
  const store = pullsOf(bridge.files, session);
  const pulls = useSyncExternalStore(store.subscribe, store.get).filter(({ bookingId }) => bookingId === booking.id);
  const [remotePath, setRemotePath] = useState('~');
  const errors = useFormErrors(['remotePath']);
  const pull = useMutation({
    mutationFn: async () => valueOf(await bridge.files.pull({ bookingId: booking.id, remotePath })),
    onSuccess: (pullId) => {
      if (pullId !== null) store.began({ pullId, bookingId: booking.id, remotePath });
    },
    onError: errors.set,
  });
  return (
    <div className="flex flex-col gap-4">
      <form
        noValidate
        className="flex flex-col items-start gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          errors.clear();
          pull.mutate();
        }}
      >
        <Field
          label="File or folder of the machine"
          hint="~ is your home directory. You choose where it goes next."
          error={errors.of('remotePath')}
          className="self-stretch"
        >
          {(control) => (
            <Input
              {...control}
              className="font-mono"
              value={remotePath}
              onChange={(event) => setRemotePath(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" busy={pull.isPending}>
          <FolderDown aria-hidden />
          Copy to this computer
        </Button>
      </form>
      {errors.rest !== null && <ErrorNote error={errors.rest} />}
      {pulls.length > 0 && (
        <ul className="flex flex-col gap-2" aria-label="Copies">
          {pulls.map((item) => (
            <PullRow key={item.pullId} pull={item} store={store} />
          ))}
        </ul>
      )}
    </div>
  );
}

function PullRow({ pull, store }: { readonly pull: Pull; readonly store: PullsStore }) {
  const { state } = pull;
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 rounded-md border px-3 py-2 text-sm">
      <div className="min-w-0 grow">
        <p className="truncate font-mono text-[13px]">{pull.remotePath}</p>
        <p role="status" className={state.kind === 'failed' ? 'text-danger' : 'text-muted-foreground'}>
          {wordsOf(state)}
        </p>
        {state.kind === 'running' && (
          <p className="flex items-center gap-1.5 text-xs text-muted-foreground">
            <LoaderCircle className="size-3.5 shrink-0 animate-spin" aria-hidden />
            <span className="truncate">{state.path ?? 'Beginning'}</span>
          </p>
        )}
      </div>
      {state.kind === 'running' ? (
        <Button size="sm" onClick={() => detached(store.cancel(pull.pullId))}>
          Cancel
        </Button>
      ) : (
        <Button size="sm" variant="ghost" onClick={() => store.forget(pull.pullId)}>
          Dismiss
        </Button>
      )}
    </li>
  );
}

function wordsOf(state: Pull['state']): string {
  switch (state.kind) {
    case 'running':
      return `${amountOf(state)} so far`;
    case 'done':
      return state.skipped === 0
        ? `Copied ${amountOf(state)}.`
        : `Copied ${amountOf(state)}. ${formatInteger(state.skipped)} links or special files were left on the machine.`;
    case 'failed':
      return state.message;
  }
}

function amountOf({ files, bytes }: { readonly files: number; readonly bytes: number }): string {
  return `${formatInteger(files)} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
}
