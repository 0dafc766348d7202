/** Curves as SVG, for reports of one file. */
import { shown } from "../figure-names.ts";

/** One curve. */
export interface Series {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
}

/** What is drawn, and how its axes are called. */
export interface Chart {
  title: string;
  xName: string;
  yName: string;
  /** Where there are lines and numbers below; in units of x. */
  xTicks: readonly (readonly [x: number, label: string])[];
  /** Draw y by its logarithm. */
  logarithmic?: boolean;
  series: readonly Series[];
}

const WIDTH = 720;
const HEIGHT = 300;
const LEFT = 78;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 46;
const COLOURS = 6;
const Y_LINES = 4;

/** A figure with a caption, a legend and its curves. Colours come from the page: the classes `c0` to `c5`. */
export function renderChart(chart: Chart): string {
  const points = chart.series.flatMap((series) => series.points);
  if (points.length === 0) return "";
  const xs = [...points.map(([x]) => x), ...chart.xTicks.map(([x]) => x)];
  const x = scale([leastOf(xs), mostOf(xs)], [LEFT, WIDTH - RIGHT]);
  const yDomain = domainOf(
    points.map(([, y]) => y),
    chart.logarithmic === true,
  );
  const to = chart.logarithmic ? (value: number) => Math.log10(Math.max(value, yDomain[0])) : (value: number) => value;
  const y = scale([to(yDomain[0]), to(yDomain[1])], [HEIGHT - BOTTOM, TOP]);
  const parts = [
    ...yLines(yDomain, chart.logarithmic === true).map((value) => {
      const at = y(to(value)).toFixed(1);
      return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text x="${LEFT - 8}" y="${at}" text-anchor="end" dy=".35em">${shown(value)}</text>`;
    }),
    ...chart.xTicks.map(([at, label]) => {
      return `<text x="${x(at).toFixed(1)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${escapeHtml(label)}</text>`;
    }),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeHtml(chart.xName)}</text>`,
    ...chart.series.map(({ points: curve }, index) => {
      const path = curve.map(([px, py]) => `${x(px).toFixed(1)},${y(to(py)).toFixed(1)}`).join(" ");
      return `<polyline class="c${index % COLOURS}" points="${path}"/>`;
    }),
  ];
  const legend = chart.series
    .map(({ name }, index) => `<span class="c${index % COLOURS}">${escapeHtml(name)}</span>`)
    .join(" ");
  const caption = `${escapeHtml(chart.title)}<small>${escapeHtml(chart.yName)}</small>`;
  return `<figure><figcaption>${caption}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(chart.title)}">${parts.join("")}</svg><p class="legend">${legend}</p></figure>`;
}

/** Text as HTML has it. */
export function escapeHtml(text: string): string {
  const entities: { [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}

function scale([from, to]: [number, number], [start, end]: [number, number]): (value: number) => number {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

function domainOf(values: number[], logarithmic: boolean): [number, number] {
  const most = mostOf(values);
  if (!logarithmic) return [0, most > 0 ? niceAbove(most) : 1];
  const least = leastOf([...values.filter((value) => value > 0), most || 1]);
  return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(Math.max(most, least * 1.01)))];
}

/** An hour has more points than a function takes arguments. */
function leastOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value));
}

function mostOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value));
}

/** The next larger of 1, 2, 4, 5 and 10 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

function yLines([least, most]: [number, number], logarithmic: boolean): number[] {
  if (!logarithmic) return Array.from({ length: Y_LINES + 1 }, (_, index) => (most * index) / Y_LINES);
  const decades = Math.round(Math.log10(most / least));
  return Array.from({ length: decades + 1 }, (_, index) => least * 10 ** index);
}
