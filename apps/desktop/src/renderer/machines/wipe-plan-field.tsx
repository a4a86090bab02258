import { wipeStrategyKinds, type WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import { basePlanFor } from '@rsm/domain/data-wipes/wipe-plan';
import type { AccessMode } from '@rsm/domain/machines/machine';
import { CheckboxField } from '../ui/field.tsx';

/** The steps as the provider reads them. */
const stepWords: Readonly<Record<WipeStrategyKind, { readonly label: string; readonly hint: string }>> = {
  ssh_key_removal: { label: 'Take the renter’s SSH keys away', hint: 'Nobody can log in with them any more.' },
  home_directory_purge: {
    label: 'Delete the renter’s files',
    hint: 'The home directory and every file that the account owns anywhere.',
  },
  user_deletion: { label: 'Remove the renter’s account', hint: 'Its processes are ended, its jobs removed.' },
  container_destroy: {
    label: 'Destroy the renter’s container',
    hint: 'With its volumes, networks and images. Only where renters get a container.',
  },
};

/** The clean-up plan: what always runs, and what a provider may add. Nothing can be dropped. */
export function WipePlanField({
  accessMode,
  extra,
  error,
  onChange,
}: {
  readonly accessMode: AccessMode;
  readonly extra: readonly WipeStrategyKind[];
  readonly error: string | undefined;
  readonly onChange: (extra: WipeStrategyKind[]) => void;
}) {
  const base = basePlanFor(accessMode);
  // An account leaves no container behind: a step that does nothing would only promise something.
  const shown = wipeStrategyKinds.filter(
    (kind) => base.includes(kind) || extra.includes(kind) || accessMode === 'container',
  );
  const toggle = (kind: WipeStrategyKind): void =>
    onChange(extra.includes(kind) ? extra.filter((each) => each !== kind) : [...extra, kind]);
  return (
    <fieldset className="flex flex-col gap-2.5">
      <legend className="mb-1.5 text-[13px] font-medium">Clean-up after each booking</legend>
      {shown.map((kind) => {
        const isBase = base.includes(kind);
        return (
          <CheckboxField
            key={kind}
            label={isBase ? `${stepWords[kind].label} (always)` : stepWords[kind].label}
            hint={stepWords[kind].hint}
            checked={isBase || extra.includes(kind)}
            disabled={isBase}
            onChange={() => toggle(kind)}
          />
        );
      })}
      <p className="text-[13px] text-muted-foreground">
        Afterwards other code looks over a second connection whether anything was left, and the renter keeps a signed
        report.
      </p>
      {error !== undefined && (
        <p role="alert" className="text-[13px] font-medium text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
