import type { SshKeyRead } from '@rsm/api/schemas/users';
import { SSH_KEYS_PER_USER_MAX } from '@rsm/domain/ssh-keys/ssh-key';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { ZONE } from '../format/time.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { WEB_LIMITS } from '../platform/platform.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { CopyBlock } from '../ui/copy-button.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState, ErrorNote } from '../ui/states.tsx';
import { AddKeyDialog } from './add-key-dialog.tsx';
import { KeyList, UnregisteredKeys } from './key-list.tsx';
import { MakeKeyDialog } from './make-key-dialog.tsx';
import { RemoveKeyDialog } from './remove-key-dialog.tsx';
import { useLocalKeys } from './use-local-keys.ts';
import { toast } from '../ui/toast.ts';

type Open =
  | { readonly kind: 'add' }
  | { readonly kind: 'make' }
  | { readonly kind: 'remove'; readonly key: SshKeyRead };

export function SshKeysScreen() {
  const trpc = useTRPC();
  const platform = usePlatform();
  const keys = useQuery(trpc.users.listSshKeys.queryOptions());
  const local = useLocalKeys();
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const addButton = (
    <Button variant="primary" onClick={() => setOpen({ kind: 'add' })}>
      <Plus aria-hidden />
      Add a key
    </Button>
  );
  const makeButton = platform.kind === 'desktop' && (
    <Button onClick={() => setOpen({ kind: 'make' })}>
      <Sparkles aria-hidden />
      Make a new pair
    </Button>
  );
  return (
    <Page
      title="SSH keys"
      description={`The public keys that you log in with. Times in ${ZONE}.`}
      actions={
        <>
          {makeButton}
          {addButton}
        </>
      }
    >
      <QueryView query={keys}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              icon={<KeyRound aria-hidden />}
              title="No key yet"
              action={
                <div className="flex flex-wrap justify-center gap-2">
                  {makeButton}
                  {addButton}
                </div>
              }
            >
              You need one before you can book: machines let you in by key, never by password.
            </EmptyState>
          ) : (
            <>
              <KeyList
                keys={items}
                local={platform.kind === 'desktop' ? (local.data ?? null) : null}
                onRemove={(key) => setOpen({ kind: 'remove', key })}
              />
              {items.length >= SSH_KEYS_PER_USER_MAX && (
                <p className="text-sm text-muted-foreground">
                  An account holds at most {SSH_KEYS_PER_USER_MAX} keys. Remove one to add another.
                </p>
              )}
            </>
          )
        }
      </QueryView>
      {platform.kind === 'desktop' ? (
        <OfThisComputer registered={keys.data?.items ?? null} local={local} />
      ) : (
        <TitledCard title="Make a new pair" description={WEB_LIMITS.keyChain}>
          <CopyBlock label="In a terminal of your computer" text="ssh-keygen -t ed25519" />
        </TitledCard>
      )}
      {open?.kind === 'add' && <AddKeyDialog onClose={close} />}
      {open?.kind === 'make' && platform.kind === 'desktop' && (
        <MakeKeyDialog bridge={platform.bridge} onClose={close} />
      )}
      {open?.kind === 'remove' && (
        <RemoveKeyDialog
          sshKey={open.key}
          local={local.data?.find(({ fingerprint }) => fingerprint === open.key.fingerprint)}
          onClose={close}
        />
      )}
    </Page>
  );
}

/** What lies on this computer and could be used, but is not known to the account. */
function OfThisComputer({
  registered,
  local,
}: {
  readonly registered: readonly SshKeyRead[] | null;
  readonly local: ReturnType<typeof useLocalKeys>;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const add = useMutation(
    trpc.users.addSshKey.mutationOptions({
      onSuccess: (key) => {
        toast.success(`“${key.name}” is added.`);
        detached(queryClient.invalidateQueries({ queryKey: trpc.users.listSshKeys.queryKey() }));
      },
    }),
  );
  const [adding, setAdding] = useState<string | null>(null);
  if (local.error !== null) return <ErrorNote error={local.error} onRetry={() => detached(local.refetch())} />;
  if (registered === null || local.data === undefined) return null;
  const known = new Set(registered.map(({ fingerprint }) => fingerprint));
  const others = local.data.filter(({ fingerprint }) => !known.has(fingerprint));
  if (others.length === 0) return null;
  return (
    <TitledCard
      title="On this computer, not in your account"
      description="Adding one sends its public half. The private half stays where it is."
    >
      {add.isError && <ErrorNote error={add.error} className="mb-4" />}
      <UnregisteredKeys
        keys={others}
        adding={add.isPending ? adding : null}
        onAdd={(key) => {
          setAdding(key.fingerprint);
          add.mutate({ name: key.name, publicKey: key.publicKey });
        }}
      />
    </TitledCard>
  );
}
