import type { MachineRead } from '@rsm/api/schemas/machines';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { CopyBlock } from '../ui/copy-button.tsx';
import { QueryView } from '../ui/query-view.tsx';

/** Step 2: the one block to paste, and the one that undoes it. */
export function BlockStep({ machine, onNext }: { readonly machine: MachineRead; readonly onNext: () => void }) {
  return (
    <TitledCard
      title="Paste the block"
      description={`Paste it into a shell on ${machine.name}, as root or as a user with sudo. Pasting it again changes nothing.`}
    >
      <ul className="mb-4 flex list-disc flex-col gap-1 pl-5 text-sm">
        <li>
          It lets two SSH keys of ours log in as <strong className="font-medium">{machine.sshUser}</strong>, and only
          from our addresses (<code className="font-mono text-[12.5px]">from=</code> in the block).
        </li>
        <li>
          One key works on the machine. The other only looks, over connections of its own, what renters left behind.
        </li>
        <li>Neither may forward ports or agents or open a terminal. Nothing is installed, and no password is set.</li>
        <li>At its end it prints the fingerprint that you compare in the next step.</li>
      </ul>
      <OnboardingBlocks machineId={machine.id} />
      <div className="mt-5 flex justify-end">
        <Button variant="primary" onClick={onNext}>
          I have pasted it
        </Button>
      </div>
    </TitledCard>
  );
}

function OnboardingBlocks({ machineId }: { readonly machineId: string }) {
  const trpc = useTRPC();
  const blocks = useQuery(trpc.machines.onboardingBlocks.queryOptions({ id: machineId }));
  return (
    <QueryView query={blocks}>
      {({ grant, takeAway }) => (
        <div className="flex flex-col gap-3 [&_pre]:max-h-72 [&_pre]:overflow-y-auto">
          <CopyBlock text={grant} label="The block to paste" />
          <details>
            <summary className="w-fit rounded text-[13px] font-medium text-primary-text">
              The block that takes our access away again
            </summary>
            <div className="mt-2">
              <CopyBlock text={takeAway} label="The block that takes it away" />
            </div>
          </details>
        </div>
      )}
    </QueryView>
  );
}

/** The second block alone, where a machine is retired. */
export function TakeAwayBlock({ machineId }: { readonly machineId: string }) {
  const trpc = useTRPC();
  const blocks = useQuery(trpc.machines.onboardingBlocks.queryOptions({ id: machineId }));
  return (
    <QueryView query={blocks}>
      {({ takeAway }) => <CopyBlock text={takeAway} label="The block that takes it away" />}
    </QueryView>
  );
}
