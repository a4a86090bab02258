import type { RefObject } from 'react';

/** Brings the first field that was refused into view, once its sentence is there: in a long form it may lie far above the button. */
export function focusFirstError(form: RefObject<HTMLElement | null>): void {
  window.requestAnimationFrame(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
}
