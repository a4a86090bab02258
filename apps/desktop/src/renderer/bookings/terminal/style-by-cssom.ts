/** Where xterm 6.0 keeps what makes a row's elements. None of it is public, so each name may be gone one day. */
const PATH_TO_ROW_FACTORY = ['_core', '_renderService', '_renderer', 'value', '_rowFactory'] as const;
const ADD_STYLE = '_addStyle';

/**
 * Lets xterm set the colours of a cell through the CSSOM. The page's policy refuses style attributes (`style-src-attr 'none'`), and
 * xterm's own way is `setAttribute('style', …)`: colours beyond the palette, and those made readable, would be lost and each would
 * be reported as a violation. Its option `documentOverride` does not reach the part that makes cells, so that part is changed itself.
 * @returns false when this xterm is built in another way: then those colours are missing, and nothing else
 */
export function styleByCssom(openedTerminal: object): boolean {
  let part: unknown = openedTerminal;
  for (const name of PATH_TO_ROW_FACTORY) {
    if (typeof part !== 'object' || part === null) return false;
    part = Reflect.get(part, name);
  }
  if (typeof part !== 'object' || part === null || typeof Reflect.get(part, ADD_STYLE) !== 'function') return false;
  return Reflect.set(part, ADD_STYLE, (element: ElementCSSInlineStyle, style: string) => {
    element.style.cssText += `;${style}`;
  });
}
