// The colours of the style sheet, for a canvas.

export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();
