/** Our own operators, as the catalogue on the server means them (platform/orderloom/engine/jsonlogic/operators.py). */

import type { Json } from '../rule';
import { fold, inRegion, type Regions } from './regions';
import { follow, type Value } from './values';

/** What the names in a rule stand for. */
export interface Names {
  readonly parameters: Readonly<Record<string, Json>>;
  readonly sets: Readonly<Record<string, readonly Json[]>>;
  readonly tables: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly regions: Regions;
}

type Operator = (names: Names, ...args: Value[]) => Value;

const MINUTE = 60_000;
const DAY = 86_400_000;
const CHINA = 480;

const whole = (value: Value): value is number => typeof value === 'number' && Number.isInteger(value);
/** Where instants end: beyond, numbers are no longer exact. */
const isInstant = (value: Value): value is number => whole(value) && Math.abs(value) <= 2 ** 53;
const modulo = (value: number, by: number): number => ((value % by) + by) % by;

function readable(value: Value): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
}

function wordsOf(value: Value): readonly string[] {
  const words: readonly Value[] = Array.isArray(value) ? value : [value];
  return words.map(readable).flatMap((word) => (word === null ? [] : [fold(word)])).filter((word) => word !== '');
}

function textWith(holds: (text: string, word: string) => boolean): Operator {
  return (_names, value, words) => {
    const text = readable(value);
    if (text === null) return false;
    const folded = fold(text);
    return wordsOf(words).some((word) => holds(folded, word));
  };
}

/** A blueprint's parameter or set where a rule names it: {"param": key}, {"set": key}. */
function named(table: Readonly<Record<string, Json>>, key: Value): Value {
  if (typeof key !== 'string' || !Object.hasOwn(table, key)) throw new Error(`no such name: ${String(key)}`);
  return table[key];
}

function setOf(names: Names, name: Value): readonly Json[] {
  const found = typeof name === 'string' && Object.hasOwn(names.sets, name) ? names.sets[name] : undefined;
  if (!found) throw new Error(`no such set: ${String(name)}`);
  return found;
}

function regionNames(names: Names, listed: Value): readonly string[] {
  const all: readonly Value[] = Array.isArray(listed) ? listed : [listed];
  return all.flatMap((name) => {
    if (typeof name !== 'string' || name.trim() === '') throw new Error('not a region');
    if (!name.startsWith('@')) return [name];
    const key = name.slice(1);
    const members = Object.hasOwn(names.sets, key) ? names.sets[key] : Object.hasOwn(names.regions.sets, key) ? names.regions.sets[key] : undefined;
    if (!members) throw new Error(`no such set: ${key}`);
    return members.map(String);
  });
}

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** Milliseconds since 1970, or null when the text is no date and time with its offset. */
function instant(value: Value): number | null {
  if (isInstant(value)) return value;
  const found = typeof value === 'string' ? INSTANT.exec(value) : null;
  if (!found) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const [awayHours, awayMinutes] = [Number(found[9] ?? 0), Number(found[10] ?? 0)];
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  const real = year > 0 && moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 59 || awayHours > 23 || awayMinutes > 59) return null;
  const offset = (awayHours * 60 + awayMinutes) * (found[8] === '-' ? -1 : 1);
  const milliseconds = Number((found[7] ?? '0').padEnd(3, '0').slice(0, 3));
  return moment.getTime() + (hour * 60 + minute - offset) * MINUTE + second * 1000 + milliseconds;
}

function clock(text: Value): number {
  const found = /^(\d{2}):(\d{2})$/.exec(String(text));
  const minutes = found && Number(found[2]) < 60 ? Number(found[1]) * 60 + Number(found[2]) : -1;
  if (minutes < 0 || minutes > 1440) throw new Error(`no time of day: ${String(text)}`);
  return minutes;
}

function shift(offset: Value): number {
  const minutes = offset === undefined ? CHINA : offset;
  if (!whole(minutes) || minutes < -720 || minutes > 840) throw new Error('no offset');
  return minutes;
}

function timeIn(at: Value, from: Value, to: Value, offset: Value): boolean {
  const [start, end, away] = [clock(from), clock(to), shift(offset)];
  if (!isInstant(at)) return false;
  const minute = modulo(Math.floor(at / MINUTE) + away, 1440);
  return start < end ? start <= minute && minute < end : minute >= start || minute < end;
}

const dayOf = (at: number, offset: Value): number => Math.floor((at + shift(offset) * MINUTE) / DAY);

function workday(names: Names, at: Value, offset: Value): boolean {
  if (!isInstant(at)) return false;
  const day = dayOf(at, offset);
  const [off, on] = [names.sets['holidays'] ?? [], names.sets['workdays'] ?? []];
  if (off.length > 0 || on.length > 0) {
    const date = new Date(day * DAY);
    const year = date.getUTCFullYear();
    if (!(year >= 1 && year <= 9999)) return false;
    const name = `${String(year).padStart(4, '0')}-${String(date.getUTCMonth() + 1).padStart(2, '0')}-${String(date.getUTCDate()).padStart(2, '0')}`;
    if (off.includes(name) || on.includes(name)) return on.includes(name);
  }
  return modulo(day + 3, 7) < 5;
}

/** Whole-number division, halves rounded away from nought, exact beyond what doubles hold. */
function divided(dividend: Value, divisor: Value): number | null {
  if (!whole(dividend) || !whole(divisor) || divisor === 0) return null;
  const [a, b] = [BigInt(Math.abs(dividend)), BigInt(Math.abs(divisor))];
  const size = Number((2n * a + b) / (2n * b));
  return dividend < 0 === divisor < 0 || size === 0 ? size : -size;
}

function sumOf(items: Value, path: Value): number {
  if (!Array.isArray(items)) return 0;
  const steps = path === undefined || path === null || path === '' ? [] : String(path).split('.');
  return items.map((item) => follow(item, steps, null)).reduce<number>((sum, value) => (typeof value === 'number' ? sum + value : sum), 0);
}

function lookUp(names: Names, table: Value, key: Value, otherwise: Value = null): Value {
  const rows = typeof table === 'string' && Object.hasOwn(names.tables, table) ? names.tables[table] : undefined;
  if (!rows) throw new Error(`no such table: ${String(table)}`);
  const text = readable(key);
  return text !== null && Object.hasOwn(rows, text) ? rows[text] : otherwise;
}

export const OWN: Readonly<Record<string, Operator>> = {
  starts_with: textWith((text, word) => text.startsWith(word)),
  text_has: textWith((text, word) => text.includes(word)),
  in_region: (names, where, listed) => inRegion(where, regionNames(names, listed), names.regions),
  ts: (_names, value) => instant(value),
  time_in: (_names, at, from, to, offset) => timeIn(at, from, to, offset),
  dow: (_names, at, offset) => (isInstant(at) ? modulo(dayOf(at, offset) + 3, 7) + 1 : null),
  workday,
  rdiv: (_names, dividend, divisor) => divided(dividend, divisor),
  sum_of: (_names, items, path) => sumOf(items, path),
  in_set: (names, value, name) => ['string', 'number'].includes(typeof value) && setOf(names, name).includes(value as Json),
  lookup: lookUp,
  param: (names, key) => named(names.parameters, key),
  set: (names, key) => named(names.sets, key),
};
