import type { ReactNode } from 'react';

/** The lower end of the panel: what goes on stays in sight, however long the panel is. */
export function PanelFoot({ children }: { readonly children: ReactNode }) {
  return (
    <div className="sticky bottom-0 md:-bottom-5 -mx-5 -mb-5 flex flex-col gap-1.5 rounded-b-lg border-t bg-surface px-5 py-3">
      {children}
    </div>
  );
}
