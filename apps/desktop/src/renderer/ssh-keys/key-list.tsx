import type { SshKeyRead } from '@rsm/api/schemas/users';
import { KeyRound, Laptop, Trash2 } from 'lucide-react';
import type { KeyPlace, LocalKey } from '../../shared/bridge.ts';
import { formatDateTime } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { keyTypeOf } from './key-type.ts';

const placeWords: Readonly<Record<KeyPlace, string>> = {
  key_chain: 'Private half in this computer’s key chain',
  ssh_folder: 'Private half in ~/.ssh of this computer',
};

/** The keys of the account. `local` is null where this computer's keys can't be seen. */
export function KeyList({
  keys,
  local,
  onRemove,
}: {
  readonly keys: readonly SshKeyRead[];
  readonly local: readonly LocalKey[] | null;
  readonly onRemove: (key: SshKeyRead) => void;
}) {
  return (
    <Card>
      <ul className="divide-y">
        {keys.map((key) => {
          const here = local?.find(({ fingerprint }) => fingerprint === key.fingerprint);
          return (
            <li key={key.id} className="flex flex-wrap items-start gap-x-4 gap-y-3 px-5 py-4">
              <KeyRound className="mt-0.5 size-4.5 shrink-0 text-muted-foreground" aria-hidden />
              <div className="min-w-0 grow basis-64">
                <h2 className="text-sm font-semibold break-words">{key.name}</h2>
                <p className="mt-0.5 font-mono text-[12.5px] break-all text-muted-foreground">{key.fingerprint}</p>
                <p className="mt-1 text-[13px] text-muted-foreground">
                  {keyTypeOf(key.publicKey)} · added {formatDateTime(key.createdAt)}
                </p>
                {local !== null &&
                  (here === undefined ? (
                    <p className="mt-2 text-[13px] text-muted-foreground">
                      No private half of it on this computer: the built-in terminal can’t log in with it.
                    </p>
                  ) : (
                    <Badge tone="success" className="mt-2">
                      {placeWords[here.place]}
                    </Badge>
                  ))}
              </div>
              <div className="flex gap-2">
                <CopyButton text={key.publicKey} label="Copy" aria-label={`Copy the public key ${key.name}`} />
                <Button size="sm" aria-label={`Remove ${key.name}`} onClick={() => onRemove(key)}>
                  <Trash2 aria-hidden />
                  Remove
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** Pairs of this computer that the account does not know. */
export function UnregisteredKeys({
  keys,
  onAdd,
  adding,
}: {
  readonly keys: readonly LocalKey[];
  readonly onAdd: (key: LocalKey) => void;
  readonly adding: string | null;
}) {
  return (
    <ul className="divide-y">
      {keys.map((key) => (
        <li key={key.fingerprint} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
          <Laptop className="size-4.5 shrink-0 text-muted-foreground" aria-hidden />
          <div className="min-w-0 grow basis-64">
            <p className="text-sm font-medium break-words">{key.name}</p>
            <p className="font-mono text-[12.5px] break-all text-muted-foreground">{key.fingerprint}</p>
            <p className="text-[13px] text-muted-foreground">
              {keyTypeOf(key.publicKey)} · {placeWords[key.place]}
            </p>
          </div>
          <Button
            size="sm"
            busy={adding === key.fingerprint}
            disabled={adding !== null}
            aria-label={`Add ${key.name} to the account`}
            onClick={() => onAdd(key)}
          >
            Add to the account
          </Button>
        </li>
      ))}
    </ul>
  );
}
