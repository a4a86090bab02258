import { useLayoutEffect, useState, type RefObject } from 'react';

/** The screen's own scroll area: rows scroll with the page, so that nothing scrolls within something that scrolls. */
export function contentElement(): HTMLElement | null {
  return document.querySelector<HTMLElement>('#content');
}

/** How far below the top of the scroll area an element begins. It moves when what stands above it grows. */
export function useScrollMargin(ref: RefObject<HTMLElement | null>): number {
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const scroller = contentElement();
    const element = ref.current;
    if (scroller === null || element === null) return undefined;
    const measure = (): void => {
      setMargin(
        Math.round(element.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop),
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    for (let parent = element.parentElement; parent !== null && parent !== scroller; parent = parent.parentElement) {
      observer.observe(parent);
    }
    return () => observer.disconnect();
  }, [ref]);
  return margin;
}
