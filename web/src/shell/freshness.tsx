// How fresh the data is, and whether the server answers.

import { useSignedIn } from '../data/hooks';
import { formatAge, formatInstant, formatTime } from '../format/times';

export function Freshness({ zone }: { readonly zone: string }) {
  const { about, checkedAt } = useSignedIn();
  if (!about.last_chat) return null;
  const last = Date.parse(about.last_chat);
  return (
    <p class="freshness">
      Latest chat{' '}
      <time dateTime={about.last_chat} title={formatInstant(last, zone)}>
        {last > checkedAt + 60_000 ? formatInstant(last, zone) : formatAge(last, checkedAt)}
      </time>
      <span class="zone-name"> · times in {zone.replaceAll('_', ' ')}</span>
    </p>
  );
}

export function Banner({ zone }: { readonly zone: string }) {
  const { isAway, reason, checkedAt } = useSignedIn();
  return (
    <div class="banner-place" role="status">
      {isAway && (
        <p class="banner">
          {reason ? `The server cannot show reports now: ${reason}` : 'The server does not answer'}. These figures are
          from {formatTime(checkedAt, zone)}. The page keeps trying.
        </p>
      )}
    </div>
  );
}
