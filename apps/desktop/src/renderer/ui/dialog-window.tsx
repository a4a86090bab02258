import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { buttonClasses } from './button.tsx';
import { cn } from './class-names.ts';
import type { DialogProps } from './dialog-props.ts';

/**
 * A question or a form above the screen. Escape and the cross close it; the focus goes back where it was. What opened it may be gone by
 * then, as "End early" is once it was done: then it goes to the screen, and not into a terminal, which keeps the Tab key to itself.
 */
export function DialogWindow({ open, onOpenChange, title, description, children, footer, className }: DialogProps) {
  const [wasOpen, setWasOpen] = useState(false);
  const [opener, setOpener] = useState<Element | null>(null);
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) setOpener(document.activeElement);
  }
  // A dialog that is taken away instead of closed gives nothing back by itself: Tab would go on at the end of the page.
  useEffect(
    () => () => {
      if (document.activeElement === document.body) focusTargetOf(opener)?.focus();
    },
    [opener],
  );
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/45" />
        <Base.Popup
          finalFocus={() => focusTargetOf(opener)}
          className={cn(
            'fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100vh-3rem)] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 -translate-y-1/2',
            'flex-col rounded-xl border bg-surface-raised shadow-xl',
            className,
          )}
        >
          <div className="flex items-start justify-between gap-4 p-5 pb-3">
            <div className="min-w-0">
              <Base.Title className="text-base font-semibold">{title}</Base.Title>
              {description !== undefined && (
                <Base.Description className="mt-1 text-[13px] text-muted-foreground">{description}</Base.Description>
              )}
            </div>
            <Base.Close className={buttonClasses({ variant: 'ghost', size: 'iconSm' })} aria-label="Close">
              <X aria-hidden />
            </Base.Close>
          </div>
          <div className="min-h-0 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
          {footer !== undefined && <div className="flex flex-wrap justify-end gap-2 border-t px-5 py-4">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** What opened the dialog, or the screen when that is gone. */
function focusTargetOf(opener: Element | null): HTMLElement | null {
  const isThere = opener instanceof HTMLElement && opener.isConnected && opener !== document.body;
  return isThere ? opener : document.querySelector<HTMLElement>('#content');
}
