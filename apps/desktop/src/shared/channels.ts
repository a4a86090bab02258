import { bookingIdSchema } from '@rsm/domain/common/ids';
import { z } from 'zod';
import type { ChannelName, MessageName } from './channel-names.ts';

/**
 * What each channel takes and gives. The main process checks both ways: a window that was taken over can't send anything else,
 * and nothing else can slip out to it.
 *
 * Texts that the server judges have only a length here, so that its own sentences reach the form.
 */

const EMAIL_CHARS_MAX = 1_000;
const PASSWORD_CHARS_MAX = 1_000;
const NAME_CHARS_MAX = 1_000;
const URL_CHARS_MAX = 2_000;
const PATH_CHARS_MAX = 4_096;
const TITLE_CHARS_MAX = 200;
const BODY_CHARS_MAX = 1_000;
/** A paste into the terminal comes as one write. */
export const TERMINAL_WRITE_CHARS_MAX = 1_048_576;
export const SAVED_TEXT_CHARS_MAX = 16_777_216;
/** A file of bytes that a window hands over to be saved. */
export const SAVED_BINARY_BYTES_MAX = 8_388_608;
const BASE64_CHARS_PER_GROUP = 4;
const BYTES_PER_GROUP = 3;
const SAVED_BINARY_CHARS_MAX = Math.ceil(SAVED_BINARY_BYTES_MAX / BYTES_PER_GROUP) * BASE64_CHARS_PER_GROUP;
const TERMINAL_CELLS_MAX = 1_000;
const PORT_MAX = 65_535;

/** No input, or an answer that only says that it is done. */
const nothing = z.void();
const local = z.uuid();
const port = z.int().min(1).max(PORT_MAX);
const size = z.strictObject({
  cols: z.int().min(1).max(TERMINAL_CELLS_MAX),
  rows: z.int().min(1).max(TERMINAL_CELLS_MAX),
});
const accessToken = z.strictObject({ token: z.string(), expiresAtMs: z.number() });
const portForward = z.strictObject({
  forwardId: local,
  bookingId: z.string(),
  localPort: port,
  remotePort: port,
});
const keyPlace = z.enum(['key_chain', 'ssh_folder']);
const localKey = z.strictObject({ fingerprint: z.string(), name: z.string(), publicKey: z.string(), place: keyPlace });
const fingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, { error: 'Must be a SHA-256 fingerprint.' });

const plainFileName = z.string().regex(/^[\w(][\w .()-]{0,120}$/, { error: 'Must be a plain file name.' });

/** Whole groups in plain base64. One look over the text, because a pattern of groups would need a stack for a long one. */
const base64 = z
  .string()
  .max(SAVED_BINARY_CHARS_MAX, { error: 'The file is too large to be saved from here.' })
  .refine((text) => text.length % BASE64_CHARS_PER_GROUP === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text), {
    error: 'Must be base64.',
  });

/** A path within the app: never an address of its own (`//host`), never out of it. */
export const appPath = z
  .string()
  .max(URL_CHARS_MAX)
  .regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u, { error: 'Must be a path within the app, such as /bookings.' });

const updateState = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('off'), reason: z.string() }),
  z.strictObject({ kind: z.literal('current') }),
  z.strictObject({ kind: z.literal('checking') }),
  z.strictObject({ kind: z.literal('downloading'), version: z.string(), percent: z.number() }),
  z.strictObject({ kind: z.literal('ready'), version: z.string() }),
  z.strictObject({ kind: z.literal('failed'), message: z.string() }),
]);

export const channels = {
  'session.signIn': {
    input: z.strictObject({ email: z.string().max(EMAIL_CHARS_MAX), password: z.string().max(PASSWORD_CHARS_MAX) }),
    output: accessToken,
  },
  'session.signUp': {
    input: z.strictObject({
      email: z.string().max(EMAIL_CHARS_MAX),
      password: z.string().max(PASSWORD_CHARS_MAX),
      displayName: z.string().max(NAME_CHARS_MAX),
    }),
    output: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('signed_in'), access: accessToken }),
      z.strictObject({ kind: z.literal('confirmation_required') }),
    ]),
  },
  'session.refresh': { input: nothing, output: accessToken.nullable() },
  'session.signOut': { input: nothing, output: z.null() },
  'session.storage': { input: nothing, output: z.enum(['key_chain', 'memory']) },

  'server.current': { input: nothing, output: z.string().nullable() },
  'server.choose': { input: z.strictObject({ url: z.string().max(URL_CHARS_MAX) }), output: z.null() },

  'terminal.open': { input: z.strictObject({ bookingId: bookingIdSchema, size }), output: local },
  'terminal.write': {
    input: z.strictObject({ terminalId: local, data: z.string().max(TERMINAL_WRITE_CHARS_MAX) }),
    output: nothing,
  },
  'terminal.resize': { input: z.strictObject({ terminalId: local, size }), output: nothing },
  'terminal.close': { input: z.strictObject({ terminalId: local }), output: nothing },
  /** Sent by the preload script itself: how much of a terminal's output has arrived, so that more may follow. */
  'terminal.read': { input: z.strictObject({ terminalId: local, chars: z.int().min(0) }), output: nothing },

  'forwards.list': { input: z.strictObject({ bookingId: bookingIdSchema }), output: z.array(portForward) },
  'forwards.open': {
    input: z.strictObject({ bookingId: bookingIdSchema, remotePort: port, localPort: port.nullable() }),
    output: portForward,
  },
  'forwards.close': { input: z.strictObject({ forwardId: local }), output: nothing },

  'files.pull': {
    input: z.strictObject({
      bookingId: bookingIdSchema,
      remotePath: z
        .string()
        .min(1, { error: 'Name a file or folder of the machine, such as results or ~/results.' })
        .max(PATH_CHARS_MAX)
        .regex(/^\P{Cc}*$/u, { error: 'Must not hold control characters.' }),
    }),
    output: local.nullable(),
  },
  'files.cancelPull': { input: z.strictObject({ pullId: local }), output: nothing },
  'files.saveText': {
    input: z.strictObject({
      suggestedName: plainFileName,
      text: z.string().max(SAVED_TEXT_CHARS_MAX),
    }),
    output: z.boolean(),
  },
  'files.saveBinary': {
    input: z.strictObject({ suggestedName: plainFileName, base64 }),
    output: z.boolean(),
  },

  'keys.list': { input: nothing, output: z.array(localKey) },
  'keys.create': {
    input: z.strictObject({
      name: z
        .string()
        .trim()
        .regex(/^[\w@:.+-][\w@:.+ -]{0,79}$/, {
          error: 'Use 1 to 80 letters without accents, digits, spaces and @ : . + _ - only.',
        }),
      place: keyPlace,
    }),
    output: localKey,
  },
  'keys.remove': { input: z.strictObject({ fingerprint }), output: z.null() },
  'keys.readPublicKeyFile': { input: nothing, output: z.string().nullable() },

  'app.notify': {
    input: z.strictObject({
      title: z.string().min(1).max(TITLE_CHARS_MAX),
      body: z.string().max(BODY_CHARS_MAX),
      path: appPath.nullable(),
    }),
    output: nothing,
  },
  /** Sent by the preload script when the page begins to listen for commands: what came before is delivered now. */
  'app.listening': { input: nothing, output: nothing },
  'app.openExternal': { input: z.strictObject({ url: z.string().max(URL_CHARS_MAX) }), output: z.null() },
  'app.updateState': { input: nothing, output: updateState },
  'app.installUpdate': { input: nothing, output: nothing },
} satisfies Record<ChannelName, { readonly input: z.ZodType; readonly output: z.ZodType }>;

/** What the main process says to the window of its own accord. */
export const messages = {
  'terminal.event': z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('data'), terminalId: local, data: z.string() }),
    z.strictObject({ kind: z.literal('closed'), terminalId: local, reason: z.string() }),
  ]),
  'files.pullEvent': z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('progress'),
      pullId: local,
      files: z.number(),
      bytes: z.number(),
      path: z.string(),
    }),
    z.strictObject({
      kind: z.literal('done'),
      pullId: local,
      files: z.number(),
      bytes: z.number(),
      skipped: z.number(),
    }),
    z.strictObject({ kind: z.literal('failed'), pullId: local, message: z.string() }),
  ]),
  'app.command': z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('navigate'), path: appPath }),
    z.strictObject({ kind: z.literal('palette') }),
    z.strictObject({ kind: z.literal('settings') }),
  ]),
  'app.updateState': updateState,
} satisfies Record<MessageName, z.ZodType>;

/** What a handler is given, and what the window has to send for it. */
export type ChannelInput<Name extends ChannelName> = z.output<(typeof channels)[Name]['input']>;
export type ChannelSent<Name extends ChannelName> = z.input<(typeof channels)[Name]['input']>;
export type ChannelOutput<Name extends ChannelName> = z.output<(typeof channels)[Name]['output']>;
export type MessageBody<Name extends MessageName> = z.output<(typeof messages)[Name]>;
