// Takes the figures along: as CSV, or as a request for a terminal.

import { useContext, useState } from 'preact/hooks';
import { askCsv, askCsvOfPages, curlOf } from '../data/api';
import type { Question } from '../data/api';
import { useSignedIn } from '../data/hooks';
import { saveCsv } from '../data/save';
import { noteFailure } from '../data/session';
import { Dialog } from '../parts/dialog';
import { ShownTable } from '../parts/shown_table';
import { csvName } from '../reports/file_name';
import { dimensionLabels } from '../reports/report';
import type { ReportScope } from '../reports/request';
import type { View } from '../state/address';
import { distributions } from '../time/period';

interface Props {
  readonly question: Question;
  readonly scope: ReportScope;
  readonly view: View;
}

/** The rows of the API's CSV. */
function rowsInWords({ report, distribution, dimension }: ReportScope): string {
  if (report.special === 'forms') return 'form and answer';
  if (report.special === 'departures') return 'chat';
  return [report.hasBuckets ? distributions[distribution] : null, dimension && dimensionLabels[dimension]]
    .filter((word) => word !== null)
    .join(' and ')
    .toLowerCase();
}

export function TakeAlong({ question, scope, view }: Props) {
  const { token } = useSignedIn();
  const isPaged = scope.report.special === 'departures';
  const table = useContext(ShownTable);
  const [said, setSaid] = useState('');
  const [isShown, setIsShown] = useState(false);
  const say = (text: string) => {
    setSaid(text);
    setTimeout(() => setSaid(''), 4000);
  };
  const download = async () => {
    try {
      saveCsv(await (isPaged ? askCsvOfPages : askCsv)(token, question), csvName(scope, view));
    } catch (error) {
      noteFailure(error);
      say((error as Error).message);
    }
  };
  const downloadTable = () => {
    if (table.csv) saveCsv(table.csv(), csvName(scope, view, 'table'));
    else say('There is no table.');
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
      {!scope.report.special && (
        <button type="button" onClick={downloadTable}>
          This table as CSV
        </button>
      )}
      <button type="button" onClick={() => void copy()}>
        Copy as curl
      </button>
      <p class="hint">
        CSV has a row for each {rowsInWords(scope)}
        {isPaged ? ' of all pages. The curl request is of this page alone.' : '.'}
        {!scope.report.special && ' This table as CSV has what you see below, with all digits.'}
      </p>
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
