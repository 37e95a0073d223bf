// The time zone: a name that there is, or what is wrong with the text and which zones contain it.

import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useSignedIn } from '../data/hooks';
import type { Go } from '../data/hooks';
import { Field } from '../parts/field';
import { zoneOf } from '../reports/request';
import type { View } from '../state/address';
import { allZones, zoneNamed, zonesLike } from '../time/zone';

interface Props {
  readonly view: View;
  readonly go: Go;
}

export function ZoneControl({ view, go }: Props) {
  const { about } = useSignedIn();
  const zone = zoneOf(view, about);
  const [isOpen, setIsOpen] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const [list, problem] = [useId(), useId()];
  useLayoutEffect(() => {
    input.current!.value = zone;
    setWrong(null);
  }, [zone]);
  const take = (text: string) => {
    const named = text === '' ? null : zoneNamed(text);
    if (text !== '' && !named) {
      setWrong(text);
      return;
    }
    setWrong(null);
    input.current!.value = named ?? zone;
    go({ zone: named });
  };
  return (
    <>
      <Field label="Time zone">
        {(id) => (
          <>
            <input
              id={id}
              ref={input}
              class="zone"
              list={isOpen ? list : undefined}
              autocomplete="off"
              spellcheck={false}
              aria-invalid={wrong !== null}
              aria-describedby={wrong === null ? undefined : problem}
              onFocus={(event) => {
                setIsOpen(true);
                event.currentTarget.select();
              }}
              onChange={(event) => take(event.currentTarget.value.trim())}
            />
            {isOpen && (
              <datalist id={list}>
                {allZones().map((known) => (
                  <option key={known} value={known} />
                ))}
              </datalist>
            )}
          </>
        )}
      </Field>
      {wrong !== null && (
        <p class="zone-problem" id={problem} role="alert">
          <Problem
            text={wrong}
            onChoose={(known) => {
              take(known);
              input.current!.focus(); // the button is about to go
            }}
          />
        </p>
      )}
    </>
  );
}

function Problem({ text, onChoose }: { readonly text: string; readonly onChoose: (zone: string) => void }) {
  const found = zonesLike(text);
  return (
    <>
      <span>
        There is no time zone “<bdi>{text}</bdi>”.{' '}
        {found.length > 0 ? 'These contain it:' : 'Type a large city of your zone, such as Berlin.'}
      </span>
      {found.map((zone) => (
        <button key={zone} type="button" onClick={() => onChoose(zone)}>
          {zone}
        </button>
      ))}
    </>
  );
}
