import { bookingIdSchema, listingIdSchema, machineIdSchema } from '@rsm/domain/common/ids';
import type { AppCommand } from '../../../shared/bridge.ts';

export const DEEP_LINK_SCHEME = 'rsm';
const LINK_CHARS_MAX = 200;

/**
 * What a link such as `rsm://booking/<id>` asks for: a screen to show, and never an action. Null for everything that is no link
 * of ours. Any page and any program of this computer can send such links, so only these exact forms are taken.
 */
export function commandOfDeepLink(link: string): AppCommand | null {
  if (link.length > LINK_CHARS_MAX) return null;
  // Browsers and systems write the scheme small and may add a slash at the end.
  const [, noun = '', id] = /^rsm:\/\/([a-z]+)(?:\/([0-9a-f-]{36}))?\/?$/.exec(link) ?? [];
  switch (noun) {
    case 'booking':
      return withId('/bookings', bookingIdSchema.safeParse(id));
    case 'listing':
      return withId('/listings', listingIdSchema.safeParse(id));
    case 'machine':
      return withId('/machines', machineIdSchema.safeParse(id));
    case 'wallet':
    case 'inbox':
      return id === undefined ? { kind: 'navigate', path: `/${noun}` } : null;
    default:
      return null;
  }
}

/** The link among a program's arguments, as Linux and Windows hand it over. */
export function deepLinkOfArguments(args: readonly string[]): string | null {
  return args.findLast((argument) => argument.startsWith(`${DEEP_LINK_SCHEME}://`)) ?? null;
}

function withId(folder: string, id: { readonly success: true; readonly data: string } | { readonly success: false }) {
  return id.success ? ({ kind: 'navigate', path: `${folder}/${id.data}` } as const) : null;
}
