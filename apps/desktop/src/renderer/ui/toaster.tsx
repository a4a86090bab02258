import { useEffect, type FocusEvent } from 'react';
import { toast as sonner, Toaster as Base } from 'sonner';
import { takeToasts } from './toast.ts';

/** The corner in which toasts are shown. */
export function Toaster({ theme }: { readonly theme: 'light' | 'dark' | 'system' }) {
  useEffect(() => takeToasts((kind, text) => sonner[kind](text)), []);
  return (
    <div className="contents" onFocusCapture={keepFromSonner}>
      <Base theme={theme} position="bottom-left" closeButton />
    </div>
  );
}

/**
 * Sonner gives the focus back to where it came from when it leaves the toasts. Whoever comes by with the Tab key would go round in a
 * circle between the last control of the screen and the toast, and never reach the controls before it (WCAG 2.1.2).
 */
function keepFromSonner(event: FocusEvent): void {
  event.stopPropagation();
}
