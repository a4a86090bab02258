import type { KeptFile } from '../files/kept-file.ts';

/** A kept file without a disk; `text` is what was written last. */
export function memoryFile(text: string | null = null): KeptFile & { text: string | null } {
  const file = {
    text,
    read: async () => file.text,
    write: async (next: string) => {
      file.text = next;
    },
  };
  return file;
}
