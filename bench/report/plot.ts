/** Points that belong together, joined in their order. */
export interface Line {
  /** Said beside its end; empty for one that is like the one before. */
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface PlotInit {
  readonly title: string;
  /** What is along each axis, which begin at 0. */
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
}

const [WIDTH, HEIGHT] = [720, 420];
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 110, 40, 52];
const TICKS = 5;
const COLOURS = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e'] as const;

/**
 * A picture of lines as SVG. Drawn here: what libraries there are want a document to draw into, or bring a hundred packages, for
 * two axes and a few lines.
 */
export function plot({ title, x, y, lines }: PlotInit): string {
  const points = lines.flatMap((line) => line.points);
  const [mostX, mostY] = [rounded(points.map(([at]) => at)), rounded(points.map(([, at]) => at))];
  const atX = (value: number): string => fixed(LEFT + (value / mostX) * (WIDTH - LEFT - RIGHT));
  const atY = (value: number): string =>
    fixed(HEIGHT - BOTTOM - (value / mostY) * (HEIGHT - TOP - BOTTOM));
  const parts = [text(fixed(LEFT), '22', 'start', title, 14)];
  for (let tick = 0; tick <= TICKS; tick += 1) {
    const [valueX, valueY] = [(mostX * tick) / TICKS, (mostY * tick) / TICKS];
    parts.push(
      `<path d="M${LEFT} ${atY(valueY)}H${WIDTH - RIGHT}" stroke="#ddd"/>`,
      text(fixed(LEFT - 8), atY(valueY), 'end', label(valueY)),
      text(atX(valueX), fixed(HEIGHT - BOTTOM + 18), 'middle', label(valueX)),
    );
  }
  parts.push(
    text(fixed((LEFT + WIDTH - RIGHT) / 2), fixed(HEIGHT - 12), 'middle', x),
    text(fixed(LEFT), fixed(TOP - 4), 'end', y),
  );
  let colour = -1;
  for (const { name, points: own } of lines) {
    if (name !== '' || colour < 0) colour += 1;
    const stroke = COLOURS[colour % COLOURS.length]!;
    const path = own.map(([px, py]) => `${atX(px)} ${atY(py)}`).join('L');
    if (own.length > 0) parts.push(`<path d="M${path}" fill="none" stroke="${stroke}"/>`);
    const [lastX, lastY] = own.at(-1) ?? [0, 0];
    if (name !== '')
      parts.push(text(fixed(Number(atX(lastX)) + 6), atY(lastY), 'start', name, 12, stroke));
  }
  const frame = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif"`;
  return `<svg ${frame}>\n<rect width="100%" height="100%" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`;
}

function text(
  x: string,
  y: string,
  anchor: 'start' | 'middle' | 'end',
  words: string,
  size = 12,
  fill = '#333',
): string {
  const escaped = words.replace(/[&<>]/g, (each) => `&#${each.charCodeAt(0)};`);
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="${fill}">${escaped}</text>`;
}

/** The least of 1, 2, 5, 10, … that none is above. */
function rounded(values: readonly number[]): number {
  const most = Math.max(...values, 0) || 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= most)!;
}

function label(value: number): string {
  return `${Number(value.toPrecision(3))}`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
