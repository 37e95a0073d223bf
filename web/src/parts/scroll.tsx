// A place that scrolls sideways, by keyboard, too.

import type { ComponentChildren } from 'preact';

export const Scroll = ({ label, children }: { readonly label: string; readonly children: ComponentChildren }) => (
  <div class="scroll" role="region" aria-label={label} tabIndex={0}>
    {children}
  </div>
);
