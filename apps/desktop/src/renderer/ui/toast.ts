type Kind = 'success' | 'error';
type Show = (kind: Kind, text: string) => void;

let show: Show | null = null;
const waiting: (readonly [Kind, string])[] = [];

function say(kind: Kind, text: string): void {
  if (show === null) waiting.push([kind, text]);
  else show(kind, text);
}

/** A short sentence in the corner. What is said before the corner is there is shown as soon as it is. */
export const toast = {
  success: (text: string): void => say('success', text),
  error: (text: string): void => say('error', text),
} as const;

/** Takes over showing, with what was said until now. Returns how to stop. */
export function takeToasts(taker: Show): () => void {
  show = taker;
  for (const [kind, text] of waiting.splice(0)) taker(kind, text);
  return () => {
    show = null;
  };
}
