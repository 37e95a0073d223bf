// Saves CSV as a file.

/** Without it Excel takes the text for one of a local code page. */
const byteOrderMark = '\ufeff';

export function saveCsv(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([byteOrderMark, text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
