import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

import packageJson from './package.json' with { type: 'json' };

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What can't be bundled: Electron's own modules, and ssh2, which looks for native helpers beside itself. */
const EXTERNAL = ['electron', 'electron-updater', 'ssh2', 'cpu-features'];

/**
 * electron-vite insists on relative addresses, for pages that are opened as files. Ours have an origin, and screens whose paths have
 * several parts: there a relative address would miss.
 */
const absoluteBase = { name: 'absolute-base', enforce: 'post', config: () => ({ base: '/' }) } as const;

export default defineConfig({
  main: {
    build: {
      outDir: at('./out/main'),
      externalizeDeps: false,
      sourcemap: true,
      rolldownOptions: {
        external: EXTERNAL,
        // The core is an entry of its own, so that the test host runs the same built file as Electron does.
        input: { index: at('./src/main/electron/main.ts'), core: at('./src/main/core/desktop-core.ts') },
      },
    },
  },
  preload: {
    define: { __CLIENT_VERSION__: JSON.stringify(packageJson.version) },
    build: {
      outDir: at('./out/preload'),
      externalizeDeps: false,
      rolldownOptions: {
        external: EXTERNAL,
        input: { index: at('./src/preload/index.ts') },
        // A sandboxed preload script can't be a module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('./src/renderer'),
    define: { __CLIENT_VERSION__: JSON.stringify(packageJson.version) },
    plugins: [react(), tailwindcss(), absoluteBase],
    build: {
      outDir: at('./out/renderer'),
      emptyOutDir: true,
      minify: true,
      // Its size is checked, so it must be known; the files say what is inside.
      manifest: true,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: { index: at('./src/renderer/index.html') } },
    },
  },
});
