import type { SshKeyRead } from '@rsm/api/schemas/users';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LocalKey } from '../../shared/bridge.ts';
import { valueOf } from '../api/client-error.ts';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CheckboxField } from '../ui/field.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { LOCAL_KEYS_QUERY_KEY } from './use-local-keys.ts';
import { toast } from '../ui/toast.ts';

/** Says first what removing a key does, and what it does not. */
export function RemoveKeyDialog({
  sshKey,
  local,
  onClose,
}: {
  readonly sshKey: SshKeyRead;
  readonly local: LocalKey | undefined;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const platform = usePlatform();
  const queryClient = useQueryClient();
  const [alsoLocal, setAlsoLocal] = useState(false);
  const remove = useMutation({
    mutationFn: async () => {
      await client.users.removeSshKey.mutate({ id: sshKey.id });
      if (alsoLocal && platform.kind === 'desktop') {
        valueOf(await platform.bridge.keys.remove({ fingerprint: sshKey.fingerprint }));
      }
    },
    onSuccess: () => {
      toast.success(`“${sshKey.name}” is removed.`);
      onClose();
    },
    onSettled: () => {
      detached(queryClient.invalidateQueries({ queryKey: LOCAL_KEYS_QUERY_KEY }));
      detached(queryClient.invalidateQueries({ queryKey: trpc.users.listSshKeys.queryKey() }));
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove “${sshKey.name}”?`}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            Remove the key
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-sm">
        <ul className="list-disc space-y-1.5 pl-5">
          <li>New bookings can’t be made with it any more.</li>
          <li>
            Bookings that were made with it keep it until they end: it still opens their machines. If its private half
            is in wrong hands, end those bookings as well.
          </li>
          <li>You can add it again at any time.</li>
        </ul>
        {local?.place === 'key_chain' && (
          <CheckboxField
            label="Also delete its private half from this computer’s key chain"
            hint="It can’t be brought back. This program then no longer reaches machines that were booked with it."
            checked={alsoLocal}
            onChange={(event) => setAlsoLocal(event.target.checked)}
          />
        )}
        {local?.place === 'ssh_folder' && (
          <p className="text-muted-foreground">Its private half in ~/.ssh is your own file and stays.</p>
        )}
        {remove.isError && <ErrorNote error={remove.error} />}
      </div>
    </Dialog>
  );
}
