// Messages in place of figures.

import type { ComponentChildren } from 'preact';

interface Props {
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly isError?: boolean;
  /** The message is all that the page has, so its title is that of the page. */
  readonly isPage?: boolean;
}

export const Message = ({ title, children, isError = false, isPage = false }: Props) => (
  <div class="message" role={isError ? 'alert' : 'status'}>
    {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
    {children}
  </div>
);

/** Appears only if the answer takes long. */
export const Loading = () => (
  <div class="loading" role="status">
    <span class="unseen">Loading</span>
    <div />
    <div />
    <div />
  </div>
);
