import { Command } from 'cmdk';
import type { ReactNode } from 'react';

/** A group of the command palette. */
export function PaletteGroup({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="px-1 pt-2 text-xs text-muted-foreground [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-items]]:text-foreground"
    >
      {children}
    </Command.Group>
  );
}

/** One thing to go to or to do. `value` is what it is found by, and has to be its own. */
export function PaletteItem({
  value,
  keywords,
  icon,
  detail,
  onSelect,
  children,
}: {
  readonly value: string;
  readonly keywords?: readonly string[];
  readonly icon?: ReactNode;
  readonly detail?: ReactNode;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Command.Item
      value={value}
      {...(keywords === undefined ? {} : { keywords: [...keywords] })}
      onSelect={onSelect}
      className="flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-2 text-sm data-[selected=true]:bg-primary-soft data-[selected=true]:text-primary-text [&_svg]:size-4 [&_svg]:shrink-0"
    >
      {icon}
      <span className="min-w-0 grow truncate">{children}</span>
      {detail !== undefined && <span className="shrink-0 text-xs text-muted-foreground">{detail}</span>}
    </Command.Item>
  );
}
