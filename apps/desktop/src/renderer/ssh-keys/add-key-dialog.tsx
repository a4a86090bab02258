import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileKey, ShieldAlert } from 'lucide-react';
import { useRef, useState } from 'react';
import { toClientError, valueOf } from '../api/client-error.ts';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Input, Textarea } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { holdsPrivateKey } from './private-key-text.ts';
import { toast } from '../ui/toast.ts';

/** A public key has some hundreds of characters; a larger file is none. */
const FILE_BYTES_MAX = 16_384;

/** Adds the public half of a pair. A private half is noticed here, before anything leaves this computer. */
export function AddKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const platform = usePlatform();
  const [name, setName] = useState('');
  const [publicKey, setPublicKey] = useState('');
  const [fileError, setFileError] = useState<string | null>(null);
  const fileInput = useRef<HTMLInputElement>(null);
  const errors = useFormErrors(['name', 'publicKey']);
  const isPrivate = holdsPrivateKey(publicKey);
  const add = useMutation(
    trpc.users.addSshKey.mutationOptions({
      onMutate: errors.clear,
      onError: errors.set,
      onSuccess: (key) => {
        detached(queryClient.invalidateQueries({ queryKey: trpc.users.listSshKeys.queryKey() }));
        toast.success(`“${key.name}” is added.`);
        onClose();
      },
    }),
  );
  const take = (text: string): void => {
    setFileError(null);
    errors.clear();
    setPublicKey(text.trim());
  };
  const readOnDesktop = async (): Promise<void> => {
    if (platform.kind !== 'desktop') return;
    try {
      const text = valueOf(await platform.bridge.keys.readPublicKeyFile());
      if (text !== null) take(text);
    } catch (error) {
      const { message, remedy } = toClientError(error);
      setFileError([message, remedy].filter((part) => part !== null).join(' '));
    }
  };
  const readInPage = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    if (file.size > FILE_BYTES_MAX) setFileError(`${file.name} is too large for a public key. Choose a .pub file.`);
    else take(await file.text());
  };
  const submit = (): void => {
    if (isPrivate || add.isPending) return;
    add.mutate({ name: name.trim() === '' ? null : name, publicKey });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Add an SSH key"
      description="The public half of a pair, such as ~/.ssh/id_ed25519.pub. Its private half stays with you."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="add-ssh-key" variant="primary" busy={add.isPending} disabled={isPrivate}>
            Add the key
          </Button>
        </>
      }
    >
      <form
        id="add-ssh-key"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        className="flex flex-col gap-4"
        noValidate
      >
        <Field
          label="Public key"
          hint="One line that begins with ssh-ed25519, ssh-rsa or ecdsa-sha2."
          error={errors.of('publicKey')}
        >
          {(control) => (
            <Textarea
              {...control}
              rows={4}
              spellCheck={false}
              autoComplete="off"
              className="font-mono text-[12.5px] break-all"
              value={publicKey}
              onChange={(event) => {
                setFileError(null);
                setPublicKey(event.target.value);
              }}
              required
            />
          )}
        </Field>
        <div role="alert">
          {isPrivate && (
            <div className="flex items-start gap-3 rounded-md bg-danger-soft px-4 py-3 text-sm">
              <ShieldAlert className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
              <div className="flex flex-col items-start gap-2">
                <p>
                  <span className="font-medium text-danger">This is a private key.</span> It must never leave your
                  computer. Nothing was sent. Take the file that ends in .pub instead.
                </p>
                <Button size="sm" onClick={() => take('')}>
                  Empty the field
                </Button>
              </div>
            </div>
          )}
          {fileError !== null && <p className="text-[13px] font-medium text-danger">{fileError}</p>}
        </div>
        {platform.kind === 'desktop' ? (
          <Button className="self-start" onClick={() => detached(readOnDesktop())}>
            <FileKey aria-hidden />
            Choose a .pub file
          </Button>
        ) : (
          <>
            <Button className="self-start" onClick={() => fileInput.current?.click()}>
              <FileKey aria-hidden />
              Choose a .pub file
            </Button>
            <input
              ref={fileInput}
              type="file"
              accept=".pub"
              aria-label="Public key file"
              tabIndex={-1}
              className="sr-only"
              onChange={(event) => {
                const input = event.currentTarget;
                detached(
                  readInPage(input.files?.[0]).finally(() => {
                    // Emptied, so that choosing the same file again is heard too.
                    input.value = '';
                  }),
                );
              }}
            />
          </>
        )}
        <Field
          label="Name"
          hint="Where the private half lies, such as “Laptop”. Empty takes the key’s own comment."
          error={errors.of('name')}
        >
          {(control) => <Input {...control} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
      </form>
    </Dialog>
  );
}
