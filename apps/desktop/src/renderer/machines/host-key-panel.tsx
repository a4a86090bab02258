import type { MachineRead } from '@rsm/api/schemas/machines';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CheckCircle2, LoaderCircle, OctagonAlert } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { cn } from '../ui/class-names.ts';
import { Button } from '../ui/button.tsx';
import { CopyBlock } from '../ui/copy-button.tsx';
import { CheckboxField, Field, Textarea } from '../ui/field.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { compareFingerprints, printCommand, type Comparison } from './fingerprints.ts';

/** The host key of a machine: being read, waiting to be compared, pinned or changed. Each with its way out. */
export function HostKeyPanel({
  machine,
  onConfirmed,
}: {
  readonly machine: MachineRead;
  readonly onConfirmed?: () => void;
}) {
  const { hostKey, hostKeyState } = machine;
  if (hostKeyState === 'pinned' && hostKey !== null) {
    return (
      <div className="flex flex-col gap-2">
        <Note icon={<CheckCircle2 className="text-success" aria-hidden />}>
          This key is confirmed and pinned. Every other key is refused, and you are told.
        </Note>
        <Fingerprint machine={machine} />
      </div>
    );
  }
  if (hostKeyState === 'scanned' && hostKey !== null) {
    return (
      <Compare machine={machine} scanned={hostKey.fingerprint} keyType={hostKey.keyType} onConfirmed={onConfirmed} />
    );
  }
  return <NotRead machine={machine} />;
}

function useMachineRefresh(): () => void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return () => detached(queryClient.invalidateQueries({ queryKey: trpc.machines.pathKey() }));
}

function NotRead({ machine }: { readonly machine: MachineRead }) {
  const place = `${machine.control.address}, port ${String(machine.control.port)}`;
  if (machine.hostKeyState === 'changed') {
    return (
      <div className="flex flex-col gap-4">
        <Note icon={<OctagonAlert className="text-danger" aria-hidden />}>
          <strong className="font-semibold">The machine answered with another key than the one you confirmed.</strong>{' '}
          We sent nothing and connect to it no more. If you installed the machine anew or made new keys, read the new
          key and compare it. If you did not, somebody may be in between: look at your network first.
        </Note>
        <Rescan machine={machine} label="Read the new key" />
      </div>
    );
  }
  if (machine.lastError !== null) {
    return (
      <div className="flex flex-col gap-4">
        <Note icon={<OctagonAlert className="text-danger" aria-hidden />}>
          <strong className="font-semibold">{machine.lastError}</strong> We asked {place}. It is tried again by itself
          for some minutes, with growing pauses.
        </Note>
        <ul className="list-disc pl-5 text-sm">
          <li>Is the address right, and does the name lead to this machine?</li>
          <li>
            Does SSH run there? On the machine:{' '}
            <code className="font-mono text-[12.5px]">ss -tln | grep :{machine.control.port}</code> (a router may
            forward another port).
          </li>
          <li>Does a firewall let our addresses in? They stand in the block, behind from=.</li>
        </ul>
        <Rescan machine={machine} label="Try again now" />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <p role="status" className="flex items-center gap-2.5 text-sm">
        <LoaderCircle className="size-4 animate-spin" aria-hidden />
        Reading the host key of {place}. This takes some seconds, up to a minute when nothing answers.
      </p>
      <Rescan machine={machine} label="Ask again" />
    </div>
  );
}

function Rescan({ machine, label }: { readonly machine: MachineRead; readonly label: string }) {
  const trpc = useTRPC();
  const refresh = useMachineRefresh();
  const rescan = useMutation(trpc.machines.rescanHostKey.mutationOptions({ onSuccess: refresh }));
  return (
    <div className="flex flex-col items-start gap-3">
      {rescan.isError && <ErrorNote error={rescan.error} />}
      <Button busy={rescan.isPending} onClick={() => rescan.mutate({ id: machine.id })}>
        {label}
      </Button>
    </div>
  );
}

function Compare({
  machine,
  scanned,
  keyType,
  onConfirmed,
}: {
  readonly machine: MachineRead;
  readonly scanned: string;
  readonly keyType: string;
  readonly onConfirmed: (() => void) | undefined;
}) {
  const trpc = useTRPC();
  const refresh = useMachineRefresh();
  const [pasted, setPasted] = useState('');
  const [hasLooked, setHasLooked] = useState(false);
  const confirm = useMutation(
    trpc.machines.confirmHostKey.mutationOptions({
      onSuccess: () => {
        refresh();
        onConfirmed?.();
      },
    }),
  );
  const comparison = compareFingerprints(pasted, scanned);
  const isReady = comparison.kind === 'same' || (comparison.kind === 'nothing' && hasLooked);
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p className="mb-1.5 text-sm">This is what answered us at {machine.control.address}:</p>
        <Fingerprint machine={machine} />
      </div>
      <CopyBlock label="Print it on the machine itself" text={printCommand(keyType)} />
      <Field
        label="What the machine printed"
        hint="Paste the line, or all that the block printed. We compare it letter by letter."
      >
        {(control) => (
          <Textarea
            {...control}
            className="min-h-16 font-mono text-[12.5px]"
            value={pasted}
            spellCheck={false}
            onChange={(event) => setPasted(event.target.value)}
          />
        )}
      </Field>
      <div aria-live="polite">
        <Result comparison={comparison} pasted={pasted} />
      </div>
      {comparison.kind === 'nothing' && (
        <CheckboxField
          label="I compared the two myself, and they are the same."
          checked={hasLooked}
          onChange={(event) => setHasLooked(event.target.checked)}
        />
      )}
      {confirm.isError && <ErrorNote error={confirm.error} />}
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          busy={confirm.isPending}
          disabled={!isReady}
          onClick={() => confirm.mutate({ id: machine.id, fingerprint: scanned })}
        >
          They are the same: confirm
        </Button>
        <Rescan machine={machine} label="Read the key again" />
      </div>
    </div>
  );
}

function Result({ comparison, pasted }: { readonly comparison: Comparison; readonly pasted: string }) {
  switch (comparison.kind) {
    case 'same':
      return (
        <Note icon={<CheckCircle2 className="text-success" aria-hidden />}>
          The same. The machine that answers us is the one that printed this.
        </Note>
      );
    case 'different':
      return (
        <Note icon={<OctagonAlert className="text-danger" aria-hidden />}>
          <strong className="font-semibold">Not the same.</strong> Your machine has{' '}
          <code className="font-mono text-[12.5px] break-all">{comparison.fingerprint}</code>. Another machine answers
          at this address, or somebody is in between. Check the address and the port, and that the command ran on the
          right machine. Do not confirm.
        </Note>
      );
    case 'nothing':
      return pasted.trim() === '' ? null : (
        <p className="text-[13px] text-muted-foreground">
          There is no whole fingerprint in it yet. One begins with SHA256: and has 43 characters behind it.
        </p>
      );
  }
}

function Fingerprint({ machine }: { readonly machine: MachineRead }) {
  if (machine.hostKey === null) return null;
  return (
    <p className="rounded-md border bg-muted px-3 py-2 font-mono text-[13px] break-all">
      {machine.hostKey.fingerprint} <span className="text-muted-foreground">({machine.hostKey.keyType})</span>
    </p>
  );
}

function Note({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={cn('flex gap-2.5 text-sm [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0')}>
      {icon}
      <p className="min-w-0">{children}</p>
    </div>
  );
}
