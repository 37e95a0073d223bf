// The list of reports. A link keeps the period, the zone and the filters.

import { useSignedIn } from '../data/hooks';
import { signOut } from '../data/session';
import { reports, sections } from '../reports/catalogue';
import { printView } from '../state/address';
import type { View } from '../state/address';
import { ThemeSwitch } from './theme';

interface Props {
  readonly view: View;
  readonly isOpen: boolean;
  readonly onGone: () => void; // the reader has chosen, or closed it
}

const linkTo = (view: View, page: string): string =>
  printView({ ...view, page, distribution: null, groupBy: null, figure: null, rows: 'totals', number: 1 });

export function Sidebar({ view, isOpen, onGone }: Props) {
  const { about } = useSignedIn();
  const link = (page: string, title: string) => (
    <li key={page}>
      <a href={linkTo(view, page)} aria-current={view.page === page ? 'page' : undefined} onClick={onGone}>
        {title}
      </a>
    </li>
  );
  return (
    <aside id="sidebar" class={`sidebar${isOpen ? ' open' : ''}`} aria-label="Reports and settings">
      <p class="brand">chatreports</p>
      <nav aria-label="Reports">
        <ul>{link('overview', 'Overview')}</ul>
        {sections.map((section) => (
          <section key={section}>
            <h2>{section}</h2>
            <ul>{reports.filter((report) => report.section === section).map(({ id, title }) => link(id, title))}</ul>
          </section>
        ))}
      </nav>
      <div class="sidebar-end">
        <ThemeSwitch />
        <button type="button" class="quiet" onClick={() => signOut()}>
          Sign out
        </button>
        <p class="hint">
          Licence {about.license} · version {about.version}
        </p>
      </div>
    </aside>
  );
}
