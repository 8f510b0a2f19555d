import { clip, oneLine, stripControls } from './escape.ts';
import type { ErrorRate, Evidence, Finding, Metric, Point } from './evidence.ts';
import type { Chart } from './kit/chart.ts';
import { amount, metricName } from './metric-words.ts';
import { minutesBefore } from './minutes.ts';
import { redact } from './redact.ts';
import { max } from './stats.ts';
import { shortSha } from './words.ts';

/** Something that happened at a time: a line through all panels. */
export interface Mark {
  /** UTC ISO. */
  at: string;
  text: string;
  kind: 'onset' | 'release' | 'action';
}

export interface ChartWish {
  title: string;
  evidence: readonly Evidence[];
  onset?: string;
  /** What people and the bot did: reverted, restarted. */
  actions?: readonly { at: string; text: string }[];
}

interface Panel {
  name: string;
  unit?: string;
  points: readonly Point[];
  usual?: number;
}

const WIDTH = 900;
const PANEL_HEIGHT = 130;
const HEAD = 54;
/** Names of marks stand in rows above the first panel, so that neighbours do not cover each other. */
const ROW = 15;
const LEFT = 72;
const RIGHT = 20;
const LETTER = 7.5;
const FOOT = 34;
/** More panels are too small on a phone. */
const PANELS = 3;
const MARKS = 6;
const LEAD_MINUTES = 45;
/** An opaque light ground reads on Slack's light and dark theme alike; the colours keep a contrast of 4.5 to 1 on it. */
const GROUND = '#fbfbfa';
const INK = '#1f2328';
const SOFT = '#59636e';
const GRID = '#e4e6e8';
const LINE = '#b42318';
/** As the axis counts them. */
const UNITS: Readonly<Record<string, string>> = { Percent: ' (%)', Bytes: ' (GiB)', Seconds: ' (s)', 'Count/Second': ' (per s)' };
const COLOURS = { onset: '#b42318', release: '#0550ae', action: '#1a7f37' } as const;

/** Errors and the worst metrics over time, with the onset, releases and actions as lines. Undefined when there is nothing to draw. */
export function incidentChart(wish: ChartWish): Chart | undefined {
  const findings = wish.evidence.flatMap((e) => e.outcome.findings ?? []);
  const panels = panelsOf(findings, wish.onset);
  if (panels.length === 0) return undefined;
  const times = panels.flatMap((panel) => panel.points.map((p) => p.at)).toSorted();
  const marks = marksOf(wish, findings).filter((mark) => mark.at >= (times[0] ?? '') && mark.at <= addMinutes(times.at(-1), 30));
  const title = safe(wish.title, 80);
  const rows = rowsOf(marks, Date.parse(times[0] ?? ''), Date.parse(times.at(-1) ?? ''));
  const head = HEAD + ROW * (1 + Math.max(0, ...rows));
  return {
    option: optionOf(title, panels, marks, rows, head),
    width: WIDTH,
    height: head + panels.length * PANEL_HEIGHT + FOOT,
    alt: altOf(title, panels, marks),
  };
}

/** For each mark the lowest row in which its name has room. */
function rowsOf(marks: readonly Mark[], from: number, to: number): readonly number[] {
  const ends: number[] = [];
  return marks.map(({ at, text }) => {
    const middle = ((Date.parse(at) - from) / Math.max(1, to - from)) * (WIDTH - LEFT - RIGHT);
    const half = (text.length * LETTER) / 2;
    const free = ends.findIndex((end) => end < middle - half);
    const row = free < 0 ? ends.length : free;
    ends[row] = middle + half;
    return row;
  });
}

function addMinutes(iso: string | undefined, minutes: number): string {
  return iso === undefined ? '' : minutesBefore(iso, -minutes);
}

function safe(text: string, most: number): string {
  return clip(redact(oneLine(stripControls(text))), most);
}

function panelsOf(findings: readonly Finding[], onset: string | undefined): readonly Panel[] {
  const from = onset === undefined ? '' : minutesBefore(onset, LEAD_MINUTES);
  const shown = (points: readonly Point[]) => points.filter((p) => p.at >= from);
  const errors = findings
    .filter((f): f is ErrorRate => f.kind === 'error-rate' && f.points.length > 0)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, 1)
    .map((rate): Panel => {
      const points = shown(rate.points.map(({ at, count }) => ({ at, value: count })));
      return { name: 'Errors per minute', points, ...(rate.usual === undefined ? {} : { usual: rate.usual }) };
    });
  const metrics = findings
    .filter((f): f is Metric => f.kind === 'metric' && f.points.length > 0)
    .toSorted((a, b) => rank(a) - rank(b))
    .filter((metric, i) => rank(metric) < 2 || i === 0)
    .map((metric): Panel => {
      const name = safe(`${metricName(metric.name)}${metric.source === undefined ? '' : ` of ${metric.source}`}`, 60);
      const { unit, baseline } = metric;
      return { name, points: shown(metric.points), ...(unit === undefined ? {} : { unit }), ...(baseline ? { usual: baseline.mean } : {}) };
    });
  return [...errors, ...metrics].filter((panel) => panel.points.length > 1).slice(0, PANELS);
}

/** What is bad first; CPU before the rest of its tone, as everybody asks for it. */
function rank(finding: ErrorRate | Metric): number {
  const cpu = finding.kind === 'metric' && finding.name === 'CPUUtilization' ? 0 : 0.5;
  return (finding.tone === 'normal' ? 2 : 0) + cpu;
}

function marksOf(wish: ChartWish, findings: readonly Finding[]): readonly Mark[] {
  const releases = findings.flatMap((f): readonly Mark[] => {
    if (f.kind === 'release' && f.tone !== 'normal')
      return [{ at: f.at, kind: 'release', text: safe(shortSha(f.sha ?? f.version ?? 'release'), 14) }];
    return f.kind === 'rollout' && f.liveAt !== undefined
      ? [{ at: f.liveAt, kind: 'release', text: safe(shortSha(f.sha ?? f.deployment), 14) }]
      : [];
  });
  const actions = (wish.actions ?? []).map((action): Mark => ({ at: action.at, kind: 'action', text: safe(action.text, 24) }));
  const onset: readonly Mark[] = wish.onset === undefined ? [] : [{ at: wish.onset, kind: 'onset', text: 'onset' }];
  const seen = new Map([...onset, ...actions, ...releases.toReversed()].map((mark) => [`${mark.kind} ${mark.text}`, mark]));
  return [...seen.values()].slice(0, MARKS).toSorted((a, b) => a.at.localeCompare(b.at));
}

function optionOf(
  title: string,
  panels: readonly Panel[],
  marks: readonly Mark[],
  rows: readonly number[],
  head: number,
): Readonly<Record<string, unknown>> {
  const top = (i: number) => head + i * PANEL_HEIGHT + 26;
  const text = { fontFamily: 'Inter', color: INK };
  return {
    animation: false,
    useUTC: true,
    backgroundColor: GROUND,
    textStyle: text,
    title: [
      { text: title, left: 16, top: 12, textStyle: { ...text, fontSize: 17, fontWeight: 600 } },
      { text: 'UTC', right: RIGHT, top: 16, textStyle: { ...text, color: SOFT, fontSize: 13, fontWeight: 400 } },
      ...panels.map((panel, i) => ({
        text: panel.name + (UNITS[panel.unit ?? ''] ?? ''),
        left: 16,
        top: top(i) - 28,
        textStyle: { ...text, color: SOFT, fontSize: 13, fontWeight: 400 },
      })),
    ],
    grid: panels.map((_, i) => ({ left: LEFT, right: RIGHT, top: top(i), height: PANEL_HEIGHT - 50 })),
    xAxis: panels.map((_, i) => ({
      type: 'time',
      gridIndex: i,
      min: 'dataMin',
      max: Math.max(...[...panels.flatMap((panel) => panel.points), ...marks].map(({ at }) => Date.parse(at))),
      axisLine: { lineStyle: { color: GRID } },
      splitLine: { show: false },
      axisLabel: { show: i === panels.length - 1, formatter: '{HH}:{mm}', color: SOFT, hideOverlap: true },
    })),
    yAxis: panels.map((_, i) => ({
      type: 'value',
      gridIndex: i,
      min: 0,
      splitNumber: 2,
      splitLine: { lineStyle: { color: GRID } },
      axisLabel: { color: SOFT },
    })),
    series: panels.map((panel, i) => ({
      type: 'line',
      name: panel.name,
      xAxisIndex: i,
      yAxisIndex: i,
      showSymbol: false,
      data: scaled(panel).map(({ at, value }) => [Date.parse(at), value]),
      lineStyle: { color: LINE, width: 2 },
      areaStyle: { color: LINE, opacity: 0.08 },
      markLine: {
        silent: true,
        symbol: 'none',
        data: [...marks.map((mark, m) => line(mark, i === 0 ? rows[m] : undefined)), ...usualLine(panel)],
      },
    })),
  };
}

/** Bytes as GiB: an axis of thirteen digits says nothing. */
function scaled(panel: Panel): readonly Point[] {
  return panel.unit === 'Bytes' ? panel.points.map(({ at, value }) => ({ at, value: value / 2 ** 30 })) : panel.points;
}

function line(mark: Mark, row: number | undefined): unknown {
  const color = COLOURS[mark.kind];
  return {
    xAxis: Date.parse(mark.at),
    lineStyle: { color, width: 1.5, type: mark.kind === 'onset' ? 'solid' : 'dashed' },
    label: {
      show: row !== undefined,
      formatter: mark.text,
      color,
      fontFamily: 'Inter',
      fontSize: 12,
      position: 'end',
      offset: [0, -16 - ROW * (row ?? 0)],
    },
  };
}

function usualLine({ usual, unit }: Panel): readonly unknown[] {
  if (usual === undefined) return [];
  const yAxis = unit === 'Bytes' ? usual / 2 ** 30 : usual;
  return [
    {
      yAxis,
      lineStyle: { color: SOFT, type: 'dotted' },
      label: { show: true, formatter: 'usual', color: SOFT, position: 'insideStartTop' },
    },
  ];
}

/** The same facts in words, for those who cannot see the picture. Times are UTC. */
function altOf(title: string, panels: readonly Panel[], marks: readonly Mark[]): string {
  const said = panels.map(({ name, unit, points, usual }) => {
    const [first, last] = [points[0], points.at(-1)];
    const peak = max(points.map((p) => p.value));
    const usually = usual === undefined ? '' : `, usually ${amount(usual, unit)}`;
    return `${name}: at most ${amount(peak, unit)}, at the end ${amount(last?.value ?? 0, unit)}${usually}, from ${hour(first?.at)} to ${hour(last?.at)} UTC.`;
  });
  const happened = marks.map((mark) => `${mark.kind === 'release' ? `release ${mark.text}` : mark.text} ${hour(mark.at)}`);
  return clip([`${title}.`, ...said, ...(happened.length === 0 ? [] : [`Marked: ${happened.join(', ')}.`])].join(' '), 1_000);
}

function hour(iso: string | undefined): string {
  return iso?.slice(11, 16) ?? '';
}
