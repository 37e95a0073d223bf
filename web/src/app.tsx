// The page as a whole: sign-in, or the list of reports beside one of them.

import { useEffect, useRef, useState } from 'preact/hooks';
import { SignedInContext, useSession, useView } from './data/hooks';
import type { Go, SignedIn } from './data/hooks';
import { signOut } from './data/session';
import { Overview } from './pages/overview';
import { ReportPage } from './pages/report';
import { Loading, Message } from './parts/states';
import { reportOf } from './reports/catalogue';
import { defaultZone, zoneOf } from './reports/request';
import type { View } from './state/address';
import { Banner, Freshness } from './shell/freshness';
import { OtherToken } from './shell/other_token';
import { Sidebar } from './shell/sidebar';
import { SignIn } from './shell/sign_in';

export function App() {
  const session = useSession();
  if (session.state === 'out') return <SignIn reason={session.reason} />;
  if (session.state === 'in') return <Inside session={session} />;
  if (session.state === 'barred') {
    return (
      <main class="alone">
        <Message title="This token may not read reports" isPage>
          <p>
            It lacks the scope <code>reports_read</code>. Ask the operator of the server for a token that has it.
          </p>
          <button type="button" onClick={() => signOut()}>
            Use another token
          </button>
        </Message>
      </main>
    );
  }
  return (
    <main class="alone">
      {session.isAway ? (
        <Message title={session.reason ? 'The server cannot show reports now' : 'The server does not answer'} isPage>
          {session.reason && <p class="server-words">{session.reason}</p>}
          <p>The page keeps trying.</p>
          <button type="button" onClick={() => signOut()}>
            Sign out
          </button>
        </Message>
      ) : (
        <>
          <h1 class="unseen">chatreports</h1>
          <Loading />
        </>
      )}
    </main>
  );
}

function Inside({ session }: { readonly session: SignedIn }) {
  const [view, go] = useView(defaultZone(session.about));
  const [isOpen, setIsOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const menu = useRef<HTMLButtonElement>(null);
  const report = reportOf(view.page);
  const title = view.page === 'overview' ? 'Overview' : (report?.title ?? 'Not found');
  const zone = zoneOf(view, session.about);
  useEffect(() => {
    document.title = `${title} · chatreports`;
    scrollTo(0, 0);
  }, [view.page]);
  return (
    <SignedInContext.Provider value={session}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault(); // the part after # is the page's state
          main.current?.focus();
        }}
      >
        Skip to the figures
      </a>
      <div
        class="layout"
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !isOpen) return;
          setIsOpen(false);
          menu.current?.focus();
        }}
      >
        <header class="top">
          <button
            type="button"
            class="menu"
            ref={menu}
            aria-expanded={isOpen}
            aria-controls="sidebar"
            onClick={() => setIsOpen(!isOpen)}
          >
            ☰ Reports
          </button>
          <Freshness zone={zone} />
        </header>
        <Sidebar view={view} isOpen={isOpen} onGone={() => setIsOpen(false)} />
        <main id="main" ref={main} tabIndex={-1}>
          <Banner zone={zone} />
          {session.offer && <OtherToken offer={session.offer} />}
          <Content session={session} view={view} go={go} title={title} />
        </main>
      </div>
    </SignedInContext.Provider>
  );
}

interface ContentProps {
  readonly session: SignedIn;
  readonly view: View;
  readonly go: Go;
  readonly title: string;
}

function Content({ session, view, go, title }: ContentProps) {
  const { about } = session;
  const report = reportOf(view.page);
  if (!about.last_chat) {
    return (
      <Message title="There are no chats yet" isPage>
        <p>This licence has no chats. They appear here as soon as the server receives them.</p>
      </Message>
    );
  }
  if (view.page === 'overview') return <Overview view={view} go={go} />;
  if (report) return <ReportPage key={report.id} report={report} view={view} go={go} />;
  return (
    <Message title={title} isPage>
      <p>There is no report with this name.</p>
      <a href="#/overview">Show the overview</a>
    </Message>
  );
}
