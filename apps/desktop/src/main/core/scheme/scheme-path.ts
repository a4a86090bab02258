import { APP_START } from '../window/app-origin.ts';

/** What a request means: a file of the renderer, one of its screens, or nothing that is served. */
export type SchemePath =
  | { readonly kind: 'file'; readonly segments: readonly string[] }
  | { readonly kind: 'screen' }
  | { readonly kind: 'refused'; readonly reason: string };

const PATH_CHARS_MAX = 2_000;
const SEGMENTS_MAX = 16;
/** What names of built files are made of. Dots never stand first, so `..` and hidden files can't be said at all. */
const SEGMENT = /^[\w@-][\w@.-]*$/;

/**
 * Reads an address of our scheme as text, before any URL parser turns encoded or backward parts into others. Only plain names
 * are files; a path without an extension is a screen of the app, which finds its way itself.
 */
export function schemePathOf(address: string): SchemePath {
  if (address.length > PATH_CHARS_MAX) return refused('The address is too long.');
  if (!address.startsWith(APP_START)) return refused('This is no address of the app.');
  const [path = ''] = address.slice(APP_START.length).split(/[?#]/, 1);
  if (/[\\\p{Cc}]/u.test(path)) return refused('Backslashes and control characters have no place in a path.');
  // A screen's path may carry encoded characters; a dot, slash, backslash, NUL or per cent sign is never one of them.
  if (/%(?:2e|2f|5c|00|25)/i.test(path)) return refused('Encoded separators have no place in a path.');
  const segments = path.split('/');
  if (segments.length > SEGMENTS_MAX) return refused('The path is too deep.');
  const last = segments.at(-1) ?? '';
  // Folders of ours have no dots in their names, and neither has any part of a screen's path.
  if (segments.slice(0, -1).some((segment) => segment.includes('.'))) return refused('The path leaves the app.');
  if (!last.includes('.')) return { kind: 'screen' };
  if (!segments.every((segment) => SEGMENT.test(segment))) return refused('There is no file of this name.');
  return { kind: 'file', segments };
}

function refused(reason: string): SchemePath {
  return { kind: 'refused', reason };
}
