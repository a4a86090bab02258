import type { z } from 'zod';
import type { BridgeAnswer } from '../../../shared/bridge.ts';
import { channelNames, type ChannelName } from '../../../shared/channel-names.ts';
import { channels, type ChannelInput, type ChannelOutput } from '../../../shared/channels.ts';
import { BridgeRefusal, refusal } from '../errors/bridge-refusal.ts';
import type { Ports } from '../ports.ts';
import { isAppPage } from '../window/app-origin.ts';

/** Who calls, as the runtime knows it and never as the page says it. */
export interface IpcSender {
  /** The address of the frame at this moment. */
  readonly url: string;
  readonly isMainFrame: boolean;
}

export type ChannelHandlers = {
  readonly [Name in ChannelName]: (input: ChannelInput<Name>) => Promise<ChannelOutput<Name>>;
};

export interface IpcRouter {
  /** Answers one call. Never rejects: every refusal is an answer. */
  handle(channel: string, rawInput: unknown, sender: IpcSender): Promise<BridgeAnswer<unknown>>;
}

/**
 * The one door between a window and everything that this program may do: only our own page in the main frame, only channels
 * that have a name, only arguments that fit their schema, and only answers that fit theirs.
 */
export function createIpcRouter(options: {
  readonly handlers: ChannelHandlers;
  readonly log: Ports['log'];
}): IpcRouter {
  const { handlers, log } = options;

  async function answer(channel: string, rawInput: unknown, sender: IpcSender): Promise<unknown> {
    if (!sender.isMainFrame || !isAppPage(sender.url)) {
      throw refusal('call_refused', 'Only the program’s own page may ask this.');
    }
    if (!isChannel(channel)) throw refusal('call_refused', 'There is nothing of this name to ask.');
    return run(channel, rawInput);
  }

  async function run<Name extends ChannelName>(name: Name, rawInput: unknown): Promise<unknown> {
    const { input, output }: { readonly input: z.ZodType; readonly output: z.ZodType } = channels[name];
    const parsed = input.safeParse(rawInput);
    if (!parsed.success) throw inputRefusal(parsed.error);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of the same channel has just read it
    return output.parse(await handlers[name](parsed.data as ChannelInput<Name>));
  }

  return {
    handle: async (channel, rawInput, sender) => {
      try {
        return { ok: true, value: await answer(channel, rawInput, sender) };
      } catch (error) {
        if (error instanceof BridgeRefusal) {
          if (error.error.code === 'call_refused') log({ event: 'call_refused', detail: channel.slice(0, 100) });
          return { ok: false, error: error.error };
        }
        log({ event: 'call_failed', detail: channel.slice(0, 100), error });
        return {
          ok: false,
          error: refusal('internal', 'Something went wrong in this program.', { remedy: 'Try again.' }).error,
        };
      }
    },
  };
}

function isChannel(name: string): name is ChannelName {
  return (channelNames as readonly string[]).includes(name);
}

/** Every wrong field with its sentence, as the API words it. */
function inputRefusal(error: z.ZodError): BridgeRefusal {
  const fieldErrors = error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
  const [first] = fieldErrors;
  const field = first === undefined || first.path === '' ? null : first.path;
  const message = first?.message ?? 'The input is not valid.';
  return new BridgeRefusal(
    {
      code: 'invalid_input',
      message: field === null ? message : `${field}: ${message}`,
      field,
      remedy: 'Correct the named field and try again. Nothing was changed.',
      fieldErrors,
      logId: null,
    },
    error,
  );
}
