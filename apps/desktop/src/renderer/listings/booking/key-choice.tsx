import type { SshKeyRead } from '@rsm/api/schemas/users';
import { PUBLIC_KEYS_PER_BOOKING_MAX } from '@rsm/domain/bookings/booking';
import { Link } from '@tanstack/react-router';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { usePlatform } from '../../platform/platform-context.ts';
import { AddKeyDialog } from '../../ssh-keys/add-key-dialog.tsx';
import { MakeKeyDialog } from '../../ssh-keys/make-key-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { linkClasses } from '../../ui/link-classes.ts';

/** Which of the person's keys open the machine. */
export function KeyChoice({
  keys,
  chosen,
  onChange,
  error,
}: {
  readonly keys: readonly SshKeyRead[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly error: string | undefined;
}) {
  const platform = usePlatform();
  const [dialog, setDialog] = useState<'add' | 'make' | null>(null);
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <fieldset>
      <legend className="mb-1.5 text-[13px] font-medium">SSH keys that may log in</legend>
      {keys.length === 0 ? (
        <p className="text-[13px] text-muted-foreground">
          You have no SSH key yet. The machine lets you in by the public half of a pair; the private half stays with
          you.
        </p>
      ) : (
        <ul className="flex max-h-40 flex-col gap-1 overflow-y-auto">
          {keys.map((key) => (
            <li key={key.id}>
              <label className="flex items-center gap-2 text-sm">
                <input
                  type="checkbox"
                  className="size-4 shrink-0 accent-primary"
                  checked={chosen.has(key.id)}
                  disabled={!chosen.has(key.id) && chosen.size >= PUBLIC_KEYS_PER_BOOKING_MAX}
                  onChange={() => toggle(key.id)}
                />
                <span className="min-w-0 truncate" title={key.fingerprint}>
                  {key.name}
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      {error !== undefined && (
        <p role="alert" className="mt-1.5 text-[13px] font-medium text-danger">
          {error}
        </p>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2 text-[13px]">
        <Button size="sm" variant={keys.length === 0 ? 'primary' : 'secondary'} onClick={() => setDialog('add')}>
          <Plus aria-hidden />
          Add a key
        </Button>
        {platform.kind === 'desktop' && keys.length === 0 && (
          <Button size="sm" onClick={() => setDialog('make')}>
            <KeyRound aria-hidden />
            Make a new pair
          </Button>
        )}
        <Link to="/ssh-keys" className={linkClasses}>
          All my keys
        </Link>
      </div>
      {dialog === 'add' && <AddKeyDialog onClose={() => setDialog(null)} />}
      {dialog === 'make' && platform.kind === 'desktop' && (
        <MakeKeyDialog bridge={platform.bridge} onClose={() => setDialog(null)} />
      )}
    </fieldset>
  );
}
