// The browser's stores, which people and companies can close to a page: reading one then throws. What
// the page would keep there lasts as long as the page itself.

function storeOf(open: () => Storage) {
  const memory = new Map<string, string>();
  const attempt = <T>(task: (store: Storage) => T): T | null => {
    try {
      return task(open());
    } catch {
      return null;
    }
  };
  return {
    get: (key: string): string | null => memory.get(key) ?? attempt((store) => store.getItem(key)),
    set(key: string, value: string): void {
      memory.set(key, value);
      attempt((store) => store.setItem(key, value));
    },
    remove(key: string): void {
      memory.delete(key);
      attempt((store) => store.removeItem(key));
    },
  };
}

/** For this tab alone. */
export const ofTab = storeOf(() => sessionStorage);
export const ofBrowser = storeOf(() => localStorage);
