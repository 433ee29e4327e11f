/** Puts stored values into people's words: fen as yuan, codes as names, nothing as "(empty)". */

import { known, pick, type Translate } from '@/i18n/translate';
import type { Term } from './trace';
import { formatMoney } from './money';
import { absolute, type Locale } from './time';

export interface Tongue {
  readonly t: Translate;
  readonly locale: Locale;
  readonly zone: string;
}

const MONEY = new Set(['total', 'paid', 'freight', 'discount', 'price', 'paid_share', 'amount', 'refund_amount']);
const CODES: Readonly<Record<string, string>> = {
  platform: 'platform', payment_state: 'pay', hold_state: 'hold', after_sale_state: 'after', refund_state: 'after',
  fulfil_state: 'ful', state: 'state', delivery_state: 'delivery', courier: 'courier', action: 'action',
};

/** `lines.0.price` and `$facts.total` are named by their last part. */
function last(name: string): string {
  return name.split('.').at(-1) ?? name;
}

const isInstantField = (name: string): boolean => name.endsWith('_at') || name === 'ship_by';

export function sayField(name: string, tongue: Tongue, title?: { readonly zh: string; readonly en: string }): string {
  if (title) return pick(title, tongue.locale);
  const key = known('field', last(name));
  return key ? tongue.t(key as 'field.total') : name;
}

function sayInstant(value: string | number, zone: string): string | null {
  const ms = typeof value === 'number' ? value : Date.parse(value);
  return Number.isNaN(ms) ? null : absolute(new Date(ms).toISOString(), zone);
}

function sayCode(name: string, value: string, { t }: Tongue): string {
  const prefix = CODES[name];
  const key = prefix ? known(prefix, value) : null;
  return key ? t(key as 'common.yes') : value;
}

const CIPHER = /^[A-Za-z0-9+/=~$#_:.-]{20,}$/;

/** A person's name, phone or address; what the channel enciphered is no text for people. */
export function sayPersonal(text: string | null, t: Translate): string | null {
  return text !== null && CIPHER.test(text) ? t('common.cipher') : text;
}

export function sayValue(value: unknown, name: string, tongue: Tongue): string {
  const { t, zone } = tongue;
  const field = last(name);
  if (value === null || value === undefined || value === '') return t('common.empty_value');
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
  if (Array.isArray(value)) return value.length === 0 ? t('common.empty_value') : value.map((v) => sayValue(v, name, tongue)).join(t('common.list_sep'));
  if (typeof value === 'number') {
    if (MONEY.has(field)) return formatMoney(value);
    return (isInstantField(field) && sayInstant(value, zone)) || String(value);
  }
  if (typeof value === 'string') return (isInstantField(field) && sayInstant(value, zone)) || sayCode(field, value, tongue);
  return JSON.stringify(value);
}

const FORMULA_WORDS: Readonly<Record<string, string>> = { '+': 'plus', '-': 'minus', '*': 'times', '/': 'divide', '%': 'remainder' };

/** A comparison's word by its code; a prefixed operator (`text.starts_with`) by its last part. */
export function sayOp(op: string, { t }: Tongue): string {
  const key = known('op', last(op)) ?? known('op', FORMULA_WORDS[op] ?? '');
  return key ? t(key as 'op.eq') : op;
}

/** `of`: the field the term is compared with, which decides how plain values read. */
export function sayTerm(term: Term, tongue: Tongue, of = ''): string {
  if (term.kind === 'field') return sayField(term.name, tongue, term.title);
  if (term.kind === 'value') return sayValue(term.value, of, tongue);
  const sign = { '*': '×', '/': '÷', '+': '+', '-': '−' }[term.op];
  const parts = term.terms.map((inner) => sayTerm(inner, tongue, of));
  return sign ? parts.join(` ${sign} `) : `${sayOp(term.op, tongue)}(${parts.join(tongue.t('common.list_sep'))})`;
}

/** The field a comparison is about, so that 20000 beside "amount paid" reads ¥200.00. */
export function subject(term: Term): string {
  if (term.kind === 'field') return term.name;
  if (term.kind === 'formula') return term.terms.map(subject).find((name) => MONEY.has(last(name))) ?? '';
  return '';
}
