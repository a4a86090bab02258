import type { AppCommand } from '../../../shared/bridge.ts';

/** Commands for the page, kept while it is not listening yet: a link may start the program. */
export interface PendingCommands {
  give(command: AppCommand): void;
  /** The page listens: what waited comes now, and what follows comes at once. */
  listening(): void;
  /** The page is going; the next one has to say that it listens. */
  pageGone(): void;
}

/** Only the last few can still be meant. */
const COMMANDS_MAX = 8;

export function createPendingCommands(send: (command: AppCommand) => void): PendingCommands {
  let listens = false;
  const waiting: AppCommand[] = [];
  return {
    give: (command) => {
      if (listens) send(command);
      else {
        waiting.push(command);
        if (waiting.length > COMMANDS_MAX) waiting.shift();
      }
    },
    listening: () => {
      listens = true;
      for (const command of waiting.splice(0)) send(command);
    },
    pageGone: () => {
      listens = false;
    },
  };
}
