import type { MachineRead } from '@rsm/api/schemas/machines';
import type { HostKeyState } from '@rsm/domain/machines/machine';
import { machineStatusWords, reachabilityWords } from '../format/words.ts';
import { Badge, type Tone } from '../ui/badge.tsx';

const hostKeyWords: Readonly<Record<HostKeyState, { readonly label: string; readonly tone: Tone }>> = {
  none: { label: 'Host key not read', tone: 'neutral' },
  scanned: { label: 'Host key to compare', tone: 'warning' },
  pinned: { label: 'Host key pinned', tone: 'neutral' },
  changed: { label: 'Host key changed', tone: 'danger' },
};

/** State, reachability and host key in three words. */
export function MachineBadges({ machine }: { readonly machine: MachineRead }) {
  const status = machineStatusWords[machine.status];
  if (machine.status === 'retired') return <Badge tone={status.tone}>{status.label}</Badge>;
  const reachability = reachabilityWords[machine.reachability];
  const hostKey = hostKeyWords[machine.hostKeyState];
  // Where we do not look, what we saw last is no news.
  const looksAtIt = machine.status !== 'connecting' && machine.hostKeyState === 'pinned';
  return (
    <span className="flex flex-wrap gap-1.5">
      <Badge tone={status.tone}>{status.label}</Badge>
      {looksAtIt && <Badge tone={reachability.tone}>{reachability.label}</Badge>}
      <Badge tone={hostKey.tone}>{hostKey.label}</Badge>
    </span>
  );
}
