import { useEffect } from 'react';
import type { AppCommand } from '../../shared/bridge.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { paletteState } from './palette-state.ts';

/** Does what the menu, a link of the system or a clicked notification asks this window for. Shows nothing itself. */
export function AppCommands({ onOpen }: { readonly onOpen: (path: string) => void }) {
  const platform = usePlatform();
  useEffect(() => {
    if (platform.kind !== 'desktop') return undefined;
    return platform.bridge.app.onCommand((command: AppCommand) => {
      switch (command.kind) {
        case 'navigate':
          onOpen(command.path);
          return;
        case 'settings':
          onOpen('/settings');
          return;
        case 'palette':
          paletteState.set(true);
      }
    });
  }, [platform, onOpen]);
  return null;
}
