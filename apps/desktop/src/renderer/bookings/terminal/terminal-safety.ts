/** The part of a terminal's parser that takes handlers for operating system commands (`ESC ] number ; … BEL`). */
interface OscParser {
  registerOscHandler(ident: number, callback: (data: string) => boolean): unknown;
}

/**
 * Commands of a machine that a terminal of ours does not follow. Whoever controls the output would else write the clipboard (52),
 * name windows and tabs (0, 1, 2), plant links whose words and target differ (8), show notices (9, 99, 777), set the working folder
 * (7), or use a terminal's own extensions (1337). Numbers from xterm's "Control Sequences" (ctlseqs) and the terminals that added them.
 */
export const IGNORED_OSC = [0, 1, 2, 7, 8, 9, 52, 99, 777, 1337] as const;

/** A handler that says "done" keeps the command from everybody else. */
export function ignoreUnsafeCommands(parser: OscParser): void {
  for (const ident of IGNORED_OSC) parser.registerOscHandler(ident, () => true);
}

/** Tab, line feed and carriage return; all other control characters go, and with them every escape sequence. */
const PASTE_CONTROLS = /(?![\t\n\r])\p{Cc}/gu;

/**
 * A text from the clipboard as it may be pasted. Without ESC it can't end the brackets of a bracketed paste (`ESC [ 201 ~`) and
 * go on as typed commands.
 */
export function cleanPaste(text: string): string {
  return text.replace(PASTE_CONTROLS, '');
}

/** One line of ours within a terminal: a reason came from outside, so it brings no control characters. */
export function noticeLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

/** The program's pieces of input are at most so long; a longer paste goes in several. */
const WRITE_CHARS_MAX = 262_144;

/** Cuts an input into pieces, never between the halves of a surrogate pair. */
export function inputPieces(data: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < data.length;) {
    let end = Math.min(data.length, at + WRITE_CHARS_MAX);
    if (end < data.length && /[\uD800-\uDBFF]/.test(data.charAt(end - 1))) end -= 1;
    pieces.push(data.slice(at, end));
    at = end;
  }
  return pieces;
}
