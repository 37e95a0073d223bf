// Asks before a link with another token replaces the one in use.

import { acceptOffer, declineOffer } from '../data/session';
import type { Offer } from '../data/session';
import { Dialog } from '../parts/dialog';

export const OtherToken = ({ offer }: { readonly offer: Offer }) => (
  <Dialog title="Use the token of the link?" onClose={declineOffer}>
    <p>The link has another token, for licence {offer.license}. It would replace the token of this tab.</p>
    <p class="choices">
      <button type="button" class="primary" onClick={acceptOffer}>
        Use the token of the link
      </button>
      <button type="button" onClick={declineOffer}>
        Keep this one
      </button>
    </p>
  </Dialog>
);
