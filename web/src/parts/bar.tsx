// A bar in a table or a list, as wide as its share of the largest. Its width is set from a script:
// the page's security policy allows no style in HTML.

import { useLayoutEffect, useRef } from 'preact/hooks';

export function Bar({ share }: { readonly share: number }) {
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
