import type { ConsoleOptions } from '../hosts/console.ts';
import type { ProcessStat } from '../processes/process-identity.ts';
import type { NetworkSlot } from '../slots/network-slot.ts';

/** What a misbehaviour may use of the host it is for. */
export interface TroubleContext {
  /** Runs a script on the console and throws when it fails. Answers its output. */
  run: (script: string, options?: ConsoleOptions) => Promise<string>;
  slot: NetworkSlot;
  systemd: boolean;
  /** The host's first process, as the machine that runs the lab numbers it. */
  leader: () => number;
  /** Every process of the host, numbered likewise. */
  processes: () => ProcessStat[];
  toolRootPath: string;
}

/** Quotes a word for a POSIX shell. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** User names as useradd(8) takes them; anything else would be a mistake of the test. */
export function checkUser(user: string): void {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user)) throw new Error(`user: "${user}" is no user name`);
}
