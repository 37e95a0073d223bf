// Asks for a token.

import { useEffect, useId, useRef } from 'preact/hooks';
import { signIn } from '../data/session';

export function SignIn({ reason }: { readonly reason: string | null }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <main class="sign-in">
      <h1>chatreports</h1>
      <p>See how your team is doing: chats, waiting times, ratings and queues.</p>
      {reason && (
        <p class="reason" role="alert">
          {reason}
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const token = input.current!.value.trim();
          if (token) signIn(token);
        }}
      >
        <label for={id}>Access token</label>
        <input id={id} ref={input} type="password" required autocomplete="off" spellcheck={false} />
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
      <p class="hint">
        The operator of this server makes a token with <code>chatreports token create --license 1</code>. It stays in
        this tab and is forgotten when you close it.
      </p>
    </main>
  );
}
