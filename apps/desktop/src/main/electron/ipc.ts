import { ipcMain, type BrowserWindow } from 'electron';
import { CHANNEL_PREFIX, channelNames } from '../../shared/channel-names.ts';
import type { DesktopCore } from '../core/desktop-core.ts';

/** Connects the window's channels with the core. Who calls is told by Electron, never by the page. */
export function connectIpc(core: DesktopCore, windowOf: () => BrowserWindow | null): void {
  for (const name of channelNames) {
    ipcMain.handle(CHANNEL_PREFIX + name, async (event, input: unknown) => {
      const { senderFrame, sender } = event;
      return core.handle(name, input, {
        // A frame that is gone, or one of another window, is nobody.
        url: senderFrame?.url ?? '',
        isMainFrame:
          senderFrame !== null &&
          senderFrame === windowOf()?.webContents.mainFrame &&
          sender === windowOf()?.webContents,
      });
    });
  }
  core.onSend(({ name, body }) => {
    const window = windowOf();
    if (window !== null && !window.isDestroyed()) window.webContents.send(CHANNEL_PREFIX + name, body);
  });
}
