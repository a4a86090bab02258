import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { CoreEvent, Ports } from '../../src/main/core/ports.ts';

/** The ports of the core in plain Node, with a record of what was asked. */
export interface TestPorts {
  readonly ports: Ports;
  readonly events: readonly CoreEvent[];
  readonly openedInBrowser: string[];
  readonly notifications: { readonly title: string; readonly body: string; readonly onClick: () => void }[];
  readonly chooses: (path: string) => void;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** One per computer: what was sealed in one run is opened in the next. */
const keyChains = new Map<string, Buffer>();

export function createTestPorts(options: {
  readonly folders: Ports['folders'];
  readonly load: (url: string) => void;
}): TestPorts {
  const events: CoreEvent[] = [];
  const openedInBrowser: string[] = [];
  const notifications: TestPorts['notifications'] = [];
  const choices: string[] = [];
  const key = keyChains.get(options.folders.data) ?? randomBytes(KEY_BYTES);
  keyChains.set(options.folders.data, key);
  const choose = async (): Promise<string | null> => Promise.resolve(choices.shift() ?? null);

  return {
    events,
    openedInBrowser,
    notifications,
    chooses: (path) => {
      choices.push(path);
    },
    ports: {
      folders: options.folders,
      sshAgent: null,
      secrets: {
        isAvailable: async () => Promise.resolve(true),
        seal: async (text) => {
          const nonce = randomBytes(NONCE_BYTES);
          const cipher = createCipheriv('aes-256-gcm', key, nonce);
          const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
          return Promise.resolve(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
        },
        open: async (sealed) => {
          const bytes = Buffer.from(sealed);
          const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
          decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
          const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
          return Promise.resolve(text.toString('utf8'));
        },
      },
      window: { load: options.load, focus: () => undefined },
      dialogs: { chooseFolder: choose, chooseFile: choose, choosePlace: choose },
      browser: {
        open: async (url) => {
          openedInBrowser.push(url);
          return Promise.resolve();
        },
      },
      notifications: { show: (notification) => void notifications.push(notification) },
      updates: { kind: 'off', reason: 'The test host has no update feed.' },
      fetch: async (url, init) => fetch(url, init),
      log: (event) => void events.push(event),
    },
  };
}
