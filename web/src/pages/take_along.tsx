// Takes the figures along: as CSV, or as a request for a terminal.

import { useState } from 'preact/hooks';
import { askCsv, curlOf } from '../data/api';
import type { Question } from '../data/api';
import { useSignedIn } from '../data/hooks';
import { noteFailure } from '../data/session';
import { Dialog } from '../parts/dialog';

export function TakeAlong({ question, name }: { readonly question: Question; readonly name: string }) {
  const { token } = useSignedIn();
  const [said, setSaid] = useState('');
  const [isShown, setIsShown] = useState(false);
  const say = (text: string) => {
    setSaid(text);
    setTimeout(() => setSaid(''), 4000);
  };
  const download = async () => {
    try {
      const address = URL.createObjectURL(await askCsv(token, question));
      const link = document.createElement('a');
      link.href = address;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch (error) {
      noteFailure(error);
      say((error as Error).message);
    }
  };
  // A browser gives a page of another machine a clipboard only over HTTPS.
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(curlOf(question));
      say('Copied. Set TOKEN to your token.');
    } catch {
      setIsShown(true);
    }
  };
  return (
    <div class="take-along">
      <span role="status" class="said">
        {said}
      </span>
      <button type="button" onClick={() => void download()}>
        CSV
      </button>
      <button type="button" onClick={() => void copy()}>
        Copy as curl
      </button>
      {isShown && (
        <Dialog title="The same request for a terminal" onClose={() => setIsShown(false)}>
          <p>
            Set <code>TOKEN</code> to your token, and copy this:
          </p>
          <textarea
            class="curl"
            readOnly
            rows={8}
            aria-label="The request"
            value={curlOf(question)}
            onFocus={(event) => event.currentTarget.select()}
          />
        </Dialog>
      )}
    </div>
  );
}
