import { useEffect, useState } from 'react';
import type { DesktopBridge, UpdateState } from '../../shared/bridge.ts';
import { CLIENT_VERSION } from '../api/client-version.ts';
import { detached } from '../app/detached.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Facts } from '../ui/page.tsx';
import { updateWords } from './update-words.ts';

const systemWords = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' } as const;

export function AboutSettings() {
  const platform = usePlatform();
  return (
    <TitledCard
      title="About"
      description="Remote Servers Marketplace: rent a machine over SSH, with evidence for every claim, and leave nothing behind that our checks can find."
    >
      <Facts
        items={[
          ['Version', CLIENT_VERSION],
          [
            'Kind',
            platform.kind === 'desktop'
              ? `Desktop program for ${systemWords[platform.bridge.app.platform]}`
              : 'Web page of the server',
          ],
          ['Licence', 'Apache License 2.0'],
          ...(platform.kind === 'desktop'
            ? ([['Updates', <Updates key="updates" bridge={platform.bridge} />]] as const)
            : []),
        ]}
      />
    </TitledCard>
  );
}

function Updates({ bridge }: { readonly bridge: DesktopBridge }) {
  const [state, setState] = useState<UpdateState | null>(null);
  useEffect(() => {
    let shown = true;
    const stop = bridge.app.onUpdateState(setState);
    const ask = async (): Promise<void> => {
      const current = await bridge.app.updateState();
      // What was said of its own accord meanwhile is newer than this answer.
      if (shown) setState((known) => known ?? current);
    };
    detached(ask());
    return () => {
      shown = false;
      stop();
    };
  }, [bridge]);
  return (
    <span role="status" className="flex flex-col items-start gap-2">
      {state === null ? '–' : updateWords(state)}
      {state?.kind === 'ready' && (
        <Button size="sm" onClick={() => detached(bridge.app.installUpdate())}>
          Restart and install
        </Button>
      )}
    </span>
  );
}
