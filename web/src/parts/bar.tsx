// A bar behind a figure, as wide as its share of the largest. Its width is set from a script:
// the page's security policy allows no style in HTML.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

function Bar({ share }: { readonly share: number }) {
  const element = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    element.current!.style.width = `${(Math.max(0, Math.min(1, share)) * 100).toFixed(1)}%`;
  }, [share]);
  return (
    <span class="bar" aria-hidden="true">
      <span ref={element} />
    </span>
  );
}

interface Props {
  readonly share: number;
  readonly children: ComponentChildren;
  readonly beside?: ComponentChildren; // not on the bar
}

export const Barred = ({ share, children, beside }: Props) => (
  <div class="with-bar">
    <span class="barred">
      <Bar share={share} />
      {children}
    </span>
    {beside}
  </div>
);
