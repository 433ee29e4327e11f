/** Money arrives as whole fen; it is shown as yuan without ever becoming a fraction. */

export interface MoneyParts {
  readonly sign: '' | '-';
  readonly symbol: string;
  readonly whole: string;
  readonly cents: string;
}

const SYMBOLS: Readonly<Record<string, string>> = { CNY: '¥', HKD: 'HK$', USD: '$', EUR: '€', JPY: 'JP¥' };

/** Digits with a comma between thousands; `digits` holds digits only. */
export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

export function moneyParts(fen: number, currency = 'CNY'): MoneyParts {
  const size = Math.abs(Math.trunc(fen));
  return {
    sign: fen < 0 ? '-' : '',
    symbol: SYMBOLS[currency] ?? `${currency} `,
    whole: groupDigits(String(Math.floor(size / 100))),
    cents: String(size % 100).padStart(2, '0'),
  };
}

export function formatMoney(fen: number, currency = 'CNY'): string {
  const { sign, symbol, whole, cents } = moneyParts(fen, currency);
  return `${sign}${symbol}${whole}.${cents}`;
}

/** Yuan as somebody types them -> whole fen; null for what is no amount. */
export function fenOf(text: string): number | null {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim().replace(/[,，]/g, ''));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null;
}

export function formatCount(count: number): string {
  return (count < 0 ? '-' : '') + groupDigits(String(Math.abs(Math.trunc(count))));
}
