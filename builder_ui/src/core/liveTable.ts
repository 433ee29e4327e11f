/** Rows of a live table while somebody edits them, and rows pasted from a spreadsheet. */

import { fenOf, wholeOf, yuan } from './numbers';
import type { Json } from './rule';

export type KeyKind = 'text' | 'integer' | 'province';
export type ValueKind = 'text' | 'integer' | 'money' | 'yes_no' | 'couriers';

export interface Share {
  readonly courier: string;
  readonly weight: number;
}

export interface Entry {
  readonly keys: readonly string[];
  readonly value: Json;
}

export interface Kinds {
  readonly keys: KeyKind;
  readonly values: ValueKind;
}

/** What stands in the cells: numbers as they are typed, so that a wrong one can be told of. */
export interface Row {
  readonly id: number;
  readonly keys: readonly string[];
  readonly text: string;
  readonly shares: readonly Share[];
}

let last = 0;
const fresh = (keys: readonly string[], text: string, shares: readonly Share[] = []): Row => ({ id: ++last, keys, text, shares });

const blank = ({ keys, values }: Kinds): Row => fresh(keys === 'province' ? [] : [''], values === 'yes_no' ? 'yes' : '');

/** The row for all other regions: the last one of a table of couriers. */
export const isOthers = (kinds: Kinds, rows: readonly Row[], at: number): boolean =>
  kinds.values === 'couriers' && at === rows.length - 1;

export function rowsOf(kinds: Kinds, entries: readonly Entry[]): readonly Row[] {
  const rows = entries.flatMap(({ keys, value }) => {
    const [text, shares] = kinds.values === 'couriers' ? ['', value as unknown as readonly Share[]] : [shown(kinds.values, value), []];
    // Provinces stand together in one cell; other keys have a row each.
    const groups = kinds.keys === 'province' ? [keys] : keys.map((key) => [key]);
    return groups.map((group) => fresh(group, text, shares));
  });
  const others = kinds.values !== 'couriers' || rows.at(-1)?.keys.length === 0;
  return others ? rows : [...rows, fresh([], '')];
}

function shown(kind: ValueKind, value: Json): string {
  if (kind === 'money' && typeof value === 'number') return yuan(value);
  if (kind === 'yes_no') return value === true ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function read(kind: ValueKind, row: Row): Json {
  switch (kind) {
    case 'couriers': return row.shares as unknown as Json;
    case 'integer': return wholeOf(row.text) ?? row.text;
    case 'money': return fenOf(row.text) ?? row.text;
    case 'yes_no': return row.text === 'yes';
    case 'text': return row.text.trim();
  }
}

/** What is saved; what is not such a value is sent as it was typed, for the server to say so. */
export const entriesOf = (kinds: Kinds, rows: readonly Row[]): readonly Entry[] =>
  rows.map((row) => ({ keys: row.keys.map((key) => key.trim()), value: read(kinds.values, row) }));

export const withRow = (kinds: Kinds, rows: readonly Row[]): readonly Row[] => {
  const at = kinds.values === 'couriers' ? rows.length - 1 : rows.length;
  return [...rows.slice(0, at), blank(kinds), ...rows.slice(at)];
};

export function swapped(rows: readonly Row[], at: number, to: number): readonly Row[] {
  const [one, other] = [rows[at], rows[to]];
  return one && other ? rows.map((row, n) => (n === at ? other : n === to ? one : row)) : rows;
}

/** Messages by "row/keys" or "row/value", from places such as /entries/3/keys/0. */
export function faultsByCell(errors: readonly { readonly field: string; readonly message: string }[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { field, message } of errors) {
    const [, part, row, cell = 'keys'] = field.split('/');
    const place = `${row}/${cell}`;
    if (part === 'entries' && row !== undefined && !found.has(place)) found.set(place, message);
  }
  return found;
}

/** Codes by the words people use for them. */
export interface Called {
  readonly couriers: ReadonlyMap<string, string>;
  readonly places: ReadonlyMap<string, string>;
  readonly others: readonly string[];
  readonly yes: string;
  readonly no: string;
}

export interface Pasted {
  readonly rows: readonly Row[];
  /** Lines that could not be read, from 1, and what of them. */
  readonly unread: readonly { readonly line: number; readonly what: string }[];
}

const APART = /[、,，;；/]/;
const YES = ['yes', 'true', '1'];
const NO = ['no', 'false', '0'];

/** Reads lines of cells: first the keys, then the value; couriers may take several cells. */
export function readPasted(kinds: Kinds, text: string, called: Called): Pasted {
  const rows: Row[] = [];
  const unread: { line: number; what: string }[] = [];
  text.split(/\r?\n/).forEach((line, n) => {
    if (line.trim() === '') return;
    const cells = line.includes('\t') ? line.split('\t') : line.split(/[,，](.*)/s);
    const [first = '', ...rest] = cells.map((cell) => cell.trim());
    const found = readLine(kinds, first, rest.filter(Boolean), called);
    if (typeof found !== 'string') rows.push(found);
    else if (n > 0 || /\d/.test(line)) unread.push({ line: n + 1, what: found }); // else it is a heading
  });
  return { rows, unread };
}

/** The row, or what of it nobody understands. */
function readLine(kinds: Kinds, first: string, rest: readonly string[], called: Called): Row | string {
  const keys = kinds.keys === 'province' ? placesOf(first, called) : [first];
  if (kinds.values === 'couriers') {
    const shares = sharesOf(rest, called);
    return typeof shares === 'string' ? shares : fresh(keys, '', shares);
  }
  const [value = ''] = rest;
  if (kinds.values === 'yes_no') {
    const word = value.toLowerCase();
    if ([called.yes, ...YES].includes(word)) return fresh(keys, 'yes');
    return [called.no, ...NO].includes(word) ? fresh(keys, 'no') : value;
  }
  const fits = kinds.values === 'integer' ? wholeOf(value) !== null : kinds.values === 'money' ? fenOf(value) !== null : value !== '';
  return fits ? fresh(keys, value) : value || first;
}

function placesOf(cell: string, { places, others }: Called): readonly string[] {
  if (others.includes(cell.toLowerCase())) return [];
  return cell.split(APART).map((name) => name.trim()).filter(Boolean).map((name) => places.get(name.toLowerCase()) ?? name);
}

function sharesOf(cells: readonly string[], { couriers }: Called): readonly Share[] | string {
  const shares: Share[] = [];
  for (const part of cells.flatMap((cell) => cell.split(APART)).map((one) => one.trim()).filter(Boolean)) {
    const before = shares.at(-1);
    if (/^\d{1,4}%?$/.test(part) && before) {
      shares[shares.length - 1] = { ...before, weight: parseInt(part, 10) };
      continue;
    }
    const [, name = part, weight = '1'] = /^(.*?)\s*[:：=×x*]?\s*(\d{1,4})%?$/i.exec(part) ?? [];
    const courier = couriers.get(name.trim().toLowerCase());
    if (!courier) return part;
    shares.push({ courier, weight: parseInt(weight, 10) });
  }
  return shares.length ? shares : '';
}

const nameOf = (row: Row): string => [...row.keys].map((key) => key.trim()).sort().join('\n');

/** Pasted rows take the place of those with the same keys; the others are added, or are all there is. */
export function merged(kinds: Kinds, rows: readonly Row[], pasted: readonly Row[], instead: boolean): readonly Row[] {
  const byName = new Map(pasted.map((row) => [nameOf(row), row]));
  const kept = instead ? [] : rows.filter((row) => nameOf(row) !== '' || row.shares.length > 0);
  const known = new Set(kept.map(nameOf));
  const all = [...kept.map((row) => byName.get(nameOf(row)) ?? row), ...[...byName].filter(([name]) => !known.has(name)).map(([, row]) => row)];
  if (kinds.values !== 'couriers') return all;
  const others = all.find((row) => row.keys.length === 0) ?? rows.find((row) => row.keys.length === 0) ?? fresh([], '');
  return [...all.filter((row) => row.keys.length > 0), others];
}
