// A small line without axes, beside a figure that says it in words. SVG attributes are no styles.

const width = 120;
const height = 32;

export function Spark({ values }: { readonly values: readonly (number | null)[] }) {
  const top = Math.max(...values.map((value) => value ?? 0));
  if (values.length < 2 || top <= 0) return <svg class="spark" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" />;
  let path = '';
  let isGap = true;
  values.forEach((value, at) => {
    if (value === null) {
      isGap = true;
      return;
    }
    const x = (at / (values.length - 1)) * (width - 4) + 2;
    const y = height - 3 - (value / top) * (height - 6);
    path += `${isGap ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isGap = false;
  });
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} fill="none" vector-effect="non-scaling-stroke" />
    </svg>
  );
}
