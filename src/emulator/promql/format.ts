/**
 * A value as Prometheus writes it: the shortest decimal that reads back the same, `NaN`, `+Inf`, `-Inf`; an exponent has at
 * least two digits, as in Go.
 */
export function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (Object.is(value, -0)) return '-0';
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** As formatValue, but never with an exponent: what count_values makes a label of. */
export function formatPlain(value: number): string {
  const text = formatValue(value);
  const [, sign = '', whole = '', fraction = '', power = ''] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (power === '') return text;
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

/** A time in milliseconds as Prometheus writes it: seconds, with three digits after the point where there are any. */
export function formatTime(time: number): string {
  const seconds = Math.trunc(Math.abs(time) / 1000);
  const rest = Math.abs(time) % 1000;
  return `${time < 0 ? '-' : ''}${seconds}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}
