/** Instants are shown in the hub's zone, whatever zone the reader's computer is in. */

export type Locale = 'zh-CN' | 'en';

interface Clockface {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

const faces = new Map<string, Intl.DateTimeFormat>();

function face(zone: string): Intl.DateTimeFormat {
  const known = faces.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
    hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  faces.set(zone, made);
  return made;
}

function read(ms: number, zone: string): Clockface {
  const parts = Object.fromEntries(face(zone).formatToParts(ms).map((p) => [p.type, p.value]));
  return parts as unknown as Clockface;
}

/** `2026-11-22 14:03:05` */
export function absolute(iso: string, zone: string): string {
  const c = read(Date.parse(iso), zone);
  return `${c.year}-${c.month}-${c.day} ${c.hour}:${c.minute}:${c.second}`;
}

/** `14:03:05` */
export function clock(iso: string, zone: string): string {
  const c = read(Date.parse(iso), zone);
  return `${c.hour}:${c.minute}:${c.second}`;
}

/** `11-22 14:03`, with the year in front when it is not the year of `now`. */
export function compact(iso: string, zone: string, now: number): string {
  const c = read(Date.parse(iso), zone);
  const short = `${c.month}-${c.day} ${c.hour}:${c.minute}`;
  return c.year === read(now, zone).year ? short : `${c.year}-${short}`;
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000],
];

const JUST_NOW_MS = 10_000;
const relatives = new Map<Locale, Intl.RelativeTimeFormat>();

function speaker(locale: Locale): Intl.RelativeTimeFormat {
  const known = relatives.get(locale);
  if (known) return known;
  const made = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  relatives.set(locale, made);
  return made;
}

/** `3 分钟前` / `3 min. ago` */
export function relative(iso: string, now: number, locale: Locale): string {
  const gap = Date.parse(iso) - now;
  // The clocks of hub and reader differ a little, and ours moves in steps: what just happened is now.
  if (gap > -JUST_NOW_MS && gap < 60_000) return speaker(locale).format(0, 'second');
  const [unit, size] = STEPS.find(([, s]) => Math.abs(gap) >= s) ?? ['second', 1000];
  return speaker(locale).format(Math.trunc(gap / size), unit);
}

/** A length of time in its two largest units: `0.8 秒`, `3 分 20 秒`, `2 h 5 min`. */
export function elapsed(ms: number, locale: Locale): string {
  const zh = locale === 'zh-CN';
  const unit = (n: number, cn: string, en: string): string => `${n} ${zh ? cn : en}`;
  if (ms < 10_000) return unit(Math.round(ms / 100) / 10, '秒', 's');
  const s = Math.round(ms / 1000);
  if (s < 60) return unit(s, '秒', 's');
  if (s < 3600) return joined(unit(Math.floor(s / 60), '分', 'min'), s % 60, unit(s % 60, '秒', 's'));
  const h = Math.floor(s / 3600);
  if (h < 24) return joined(unit(h, '小时', 'h'), Math.floor((s % 3600) / 60), unit(Math.floor((s % 3600) / 60), '分', 'min'));
  return joined(unit(Math.floor(h / 24), '天', 'd'), h % 24, unit(h % 24, '小时', 'h'));
}

function joined(first: string, rest: number, second: string): string {
  return rest > 0 ? `${first} ${second}` : first;
}

/** The hub zone's distance from UTC at `ms`, in milliseconds. */
function offset(ms: number, zone: string): number {
  const c = read(ms, zone);
  const wall = Date.UTC(+c.year, +c.month - 1, +c.day, +c.hour, +c.minute, +c.second);
  return wall - Math.floor(ms / 1000) * 1000;
}

/** `2026-11-22`: the day it is in `zone`, moved by `days`. */
export function dayOf(ms: number, zone: string, days = 0): string {
  const c = read(ms, zone);
  return new Date(Date.UTC(+c.year, +c.month - 1, +c.day + days)).toISOString().slice(0, 10);
}

/** The instant at which `day` (`2026-11-22`), moved by `days`, begins in `zone`. */
export function startOfDay(day: string, zone: string, days = 0): string {
  const wall = Date.parse(`${day}T00:00:00Z`) + days * 86_400_000;
  const guess = wall - offset(wall, zone);
  return new Date(wall - offset(guess, zone)).toISOString();
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && dateIsReal(text);
}

function dateIsReal(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === day;
}
