/**
 * Texts by key. `{name}` is replaced by the parameter; whole numbers get thousands separators.
 * `{n|order|orders}` picks by number: the first for one, the second otherwise.
 */

import { formatCount } from '@/core/money';
import type { Locale } from '@/core/time';
import { en } from './en';
import { zh } from './zh-CN';

export type Key = keyof typeof zh;
export type Catalogue = Readonly<Record<Key, string>>;

type NameIn<S extends string> = S extends `${infer N}|${string}` ? N : S;
type NamesIn<S extends string> = S extends `${string}{${infer N}}${infer Rest}` ? NameIn<N> | NamesIn<Rest> : never;
export type Params<K extends Key> = NamesIn<(typeof zh)[K]>;
type Args<K extends Key> = [Params<K>] extends [never]
  ? []
  : [params: { readonly [P in Params<K>]: string | number }];

export type Translate = <K extends Key>(key: K, ...args: Args<K>) => string;

const catalogues: Readonly<Record<Locale, Catalogue>> = { 'zh-CN': zh, en };

function fill(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) => {
    const value = params[name] ?? '';
    if (one !== undefined) return value === 1 ? one : (many ?? '');
    return typeof value === 'number' && Number.isInteger(value) ? formatCount(value) : String(value);
  });
}

export function translator(locale: Locale): Translate {
  const catalogue = catalogues[locale];
  return (key, ...args) => fill(catalogue[key], args[0] ?? {});
}

/** The key if the catalogue has it: for words that come from the server as codes. */
export function known(prefix: string, code: string): Key | null {
  const key = `${prefix}.${code}`;
  return key in zh ? (key as Key) : null;
}

export function pick(text: { readonly zh: string; readonly en: string }, locale: Locale): string {
  return locale === 'en' ? text.en || text.zh : text.zh || text.en;
}
