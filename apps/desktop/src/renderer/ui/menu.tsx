import { useId, useRef, type ReactNode } from 'react';
import { Button, type ButtonProps } from './button.tsx';

export interface MenuItem {
  readonly label: ReactNode;
  readonly onSelect: () => void;
  readonly icon?: ReactNode;
}

/**
 * A button and, above it, a short list of what it offers. The system's own popover: it opens and closes with the button, closes with
 * Escape and a click beside it, and takes nothing to load.
 */
export function Menu({
  trigger,
  items,
  className,
}: {
  readonly trigger: Omit<ButtonProps, 'popoverTarget'>;
  readonly items: readonly MenuItem[];
  /** Where it stands, as seen from the window. */
  readonly className: string;
}) {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  return (
    <>
      <Button {...trigger} popoverTarget={id} />
      <ul
        id={id}
        ref={list}
        popover="auto"
        className={`fixed inset-auto m-0 min-w-44 rounded-lg border bg-surface-raised p-1 text-foreground shadow-lg ${className}`}
      >
        {items.map((item, index) => (
          <li key={index}>
            <button
              type="button"
              onClick={() => {
                list.current?.hidePopover();
                item.onSelect();
              }}
              className="flex w-full items-center gap-2 rounded-md px-2.5 py-1.5 text-left text-sm hover:bg-muted [&_svg]:size-4"
            >
              {item.icon}
              {item.label}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
