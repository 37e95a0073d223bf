// The token of a link such as /#token=….

/** No token has other characters, and no header can. */
export const canBeToken = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

/** Null: the address has no token. */
export function linkedToken(hash: string): string | null {
  const text = /^#token=([^&]*)/.exec(hash)?.[1];
  if (text === undefined) return null;
  try {
    return decodeURIComponent(text).trim();
  } catch {
    return text;
  }
}
