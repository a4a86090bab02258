import { readFile, stat, writeFile } from 'node:fs/promises';
import { refusal } from '../errors/bridge-refusal.ts';
import type { DialogsPort } from '../ports.ts';

/** Single files that a person puts on disk, and texts that he takes from it. */
export interface Texts {
  /** False when the person thought better of it. @throws BridgeRefusal file_failed */
  save(input: { readonly suggestedName: string; readonly content: string | Uint8Array }): Promise<boolean>;
  /** The text of a chosen .pub file. @throws BridgeRefusal file_failed */
  readPublicKey(): Promise<string | null>;
}

/** The longest public key has about 2,800 characters. */
const PUBLIC_KEY_BYTES_MAX = 16_384;

export function createTexts(dialogs: DialogsPort): Texts {
  return {
    save: async ({ suggestedName, content }) => {
      const place = await dialogs.choosePlace({ title: 'Save', suggestedName });
      if (place === null) return false;
      try {
        // The person was asked whether to replace what is there.
        await writeFile(place, content);
        return true;
      } catch (error) {
        throw refusal('file_failed', 'The file can’t be written there.', {
          remedy: 'Choose another folder, or make room on the disk.',
          cause: error,
        });
      }
    },
    readPublicKey: async () => {
      const place = await dialogs.chooseFile({ title: 'Choose a public key', extension: 'pub' });
      return place === null ? null : readPublicText(place);
    },
  };
}

async function readPublicText(place: string): Promise<string> {
  let text: string;
  try {
    const { size } = await stat(place);
    if (size > PUBLIC_KEY_BYTES_MAX) throw new RangeError('too long');
    text = await readFile(place, 'utf8');
  } catch (error) {
    throw refusal('file_failed', 'This file can’t be read as a public key.', {
      remedy: 'Choose the file whose name ends in .pub.',
      cause: error,
    });
  }
  // A private key must not reach the window, let alone the server, because somebody chose the wrong file.
  if (/PRIVATE KEY/.test(text)) {
    throw refusal(
      'file_failed',
      'This is the private half of a key. It stays where it is; nothing was read into the app.',
      {
        remedy: 'Choose the file of the same name that ends in .pub.',
      },
    );
  }
  return text;
}
