import { dialog, type BrowserWindow } from 'electron';
import type { DialogsPort } from '../core/ports.ts';

export function electronDialogs(windowOf: () => BrowserWindow): DialogsPort {
  return {
    chooseFolder: async ({ title }) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(windowOf(), {
        title,
        properties: ['openDirectory', 'createDirectory'],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    chooseFile: async ({ title, extension }) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(windowOf(), {
        title,
        // Keys lie in a hidden folder.
        properties: ['openFile', 'showHiddenFiles'],
        filters: [{ name: `.${extension}`, extensions: [extension] }],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    choosePlace: async ({ title, suggestedName }) => {
      const { canceled, filePath } = await dialog.showSaveDialog(windowOf(), { title, defaultPath: suggestedName });
      return canceled || filePath === '' ? null : filePath;
    },
  };
}
