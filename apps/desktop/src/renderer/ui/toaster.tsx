import { useEffect } from 'react';
import { toast as sonner, Toaster as Base } from 'sonner';
import { takeToasts } from './toast.ts';

/** The corner in which toasts are shown. */
export function Toaster({ theme }: { readonly theme: 'light' | 'dark' | 'system' }) {
  useEffect(() => takeToasts((kind, text) => sonner[kind](text)), []);
  return <Base theme={theme} position="bottom-left" closeButton />;
}
