/** What the page's side of the test host is called in a window; the built preload script never sees these names. */
export const CALL_BINDING = '__hostCall';
export const DELIVER = '__hostDeliver';

/**
 * The built preload script as a script that runs before the page, in the main frame of our own pages alone, as in Electron.
 * `require('electron')` gives it the two parts that it uses: calls go through a binding, messages come through `DELIVER`.
 *
 * Playwright has no isolated worlds with bindings, so the script shares the page's world here. That the worlds are apart is
 * Electron's own promise, and looked at where the suite runs on Electron.
 */
export function preloadScript(options: {
  readonly preload: string;
  readonly origin: string;
  readonly platform: string;
}): string {
  return `(() => {
  if (window !== window.top || location.origin !== ${JSON.stringify(options.origin)}) return;
  const call = window[${JSON.stringify(CALL_BINDING)}];
  const listeners = new Map();
  const of = (channel) => listeners.get(channel) ?? listeners.set(channel, new Set()).get(channel);
  Object.defineProperty(window, ${JSON.stringify(DELIVER)}, {
    value: (channel, body) => { for (const listener of [...of(channel)]) listener({}, body); },
  });
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: Object.freeze(api) }),
    },
    ipcRenderer: {
      invoke: (channel, input) => call({ channel, input }),
      on: (channel, listener) => of(channel).add(listener),
      off: (channel, listener) => of(channel).delete(listener),
    },
  };
  const require = (name) => {
    if (name !== 'electron') throw new Error('A sandboxed preload script has no ' + name);
    return electron;
  };
  const process = { platform: ${JSON.stringify(options.platform)} };
  const module = { exports: {} };
  ((require, process, module, exports) => {
${options.preload}
  })(require, process, module, module.exports);
})();`;
}
