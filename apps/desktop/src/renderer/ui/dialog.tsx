import { lazy, Suspense, useState } from 'react';
import type { DialogProps } from './dialog-props.ts';

/** The window itself comes when the first one opens: no screen needs it to be usable. */
const loadWindow = async () => import('./dialog-window.tsx').then((file) => ({ default: file.DialogWindow }));
const DialogWindow = lazy(loadWindow);

/** Fetches what dialogs are made of while nobody waits for it, so that the first one opens at once, and without a server too. */
export function prepareDialogs(): void {
  loadWindow().catch(() => undefined);
}

/** A question or a form above the screen. Escape and the cross close it; the focus goes back where it was. */
export function Dialog(props: DialogProps) {
  // Once it was open it stays, because the window gives the focus back when it closes.
  const [wasOpen, setWasOpen] = useState(props.open);
  if (props.open && !wasOpen) setWasOpen(true);
  if (!wasOpen) return null;
  return (
    <Suspense>
      <DialogWindow {...props} />
    </Suspense>
  );
}
