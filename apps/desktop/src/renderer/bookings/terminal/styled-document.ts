/**
 * The page's policy refuses style attributes (`style-src-attr 'none'`), and xterm's renderer sets the colours of a cell with
 * `setAttribute('style', …)`. This is the same document, except that elements made by it take such an attribute through the CSSOM,
 * which the policy admits: colours stay right, and no text from a machine can become an attribute.
 */
export function styledDocument(original: Document): Document {
  return new Proxy(original, {
    get: (target, name) => {
      if (name === 'createElement') {
        return (tag: string): HTMLElement => takeStyleByCssom(target.createElement(tag));
      }
      const value: unknown = Reflect.get(target, name, target);
      // A method of the document works on the document itself only.
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]): unknown => Reflect.apply(value, target, args);
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

function takeStyleByCssom(element: HTMLElement): HTMLElement {
  const setAttribute = element.setAttribute.bind(element);
  element.setAttribute = (name, value) => {
    if (name === 'style') element.style.cssText = value;
    else setAttribute(name, value);
  };
  return element;
}
