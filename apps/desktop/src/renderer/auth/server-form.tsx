import { Laptop } from 'lucide-react';
import { useState } from 'react';
import type { DesktopBridge } from '../../shared/bridge.ts';
import { toClientError, valueOf } from '../api/client-error.ts';
import { detached } from '../app/detached.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';

/** Where `npm start` listens. */
const LOCAL_SERVER_URL = 'http://127.0.0.1:4600';

/** Chooses the server. The main process checks the address and that a marketplace answers there, and then loads the window anew. */
export function ServerForm({ bridge, current }: { readonly bridge: DesktopBridge; readonly current: string | null }) {
  const [url, setUrl] = useState(current ?? '');
  const [asked, setAsked] = useState<string | null>(null);
  const errors = useFormErrors(['url']);
  const [remedy, setRemedy] = useState<string | null>(null);

  const choose = async (address: string): Promise<void> => {
    errors.clear();
    setAsked(address);
    setUrl(address);
    try {
      valueOf(await bridge.server.choose({ url: address }));
      // It stays busy: the window is loaded anew in a moment.
    } catch (error) {
      errors.set(error);
      setRemedy(toClientError(error).remedy);
      setAsked(null);
    }
  };

  const urlError = errors.of('url');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (asked === null) detached(choose(url));
      }}
      className="flex flex-col gap-4"
      noValidate
    >
      <Field
        label="Server address"
        hint="As your marketplace gave it to you, such as https://market.example."
        error={urlError === undefined ? undefined : [urlError, remedy].filter((part) => part !== null).join(' ')}
      >
        {(control) => (
          <Input
            {...control}
            type="url"
            inputMode="url"
            autoComplete="url"
            spellCheck={false}
            value={url}
            onChange={(event) => setUrl(event.target.value)}
            required
            autoFocus
          />
        )}
      </Field>
      {errors.rest !== null && <ErrorNote error={errors.rest} />}
      <Button type="submit" variant="primary" busy={asked !== null}>
        {asked === null ? 'Use this server' : 'Asking the server'}
      </Button>
      {current !== LOCAL_SERVER_URL && (
        <Button
          className="h-auto py-2 whitespace-normal"
          disabled={asked !== null}
          onClick={() => detached(choose(LOCAL_SERVER_URL))}
        >
          <Laptop aria-hidden />
          Use the server on this computer ({LOCAL_SERVER_URL})
        </Button>
      )}
    </form>
  );
}
