import type { ReactElement } from 'react';
import { moneyParts } from '@/core/money';
import css from './pieces.module.css';

interface Props {
  readonly fen: number;
  readonly currency?: string;
  readonly big?: boolean;
}

export function Money({ fen, currency = 'CNY', big = false }: Props): ReactElement {
  const { sign, symbol, whole, cents } = moneyParts(fen, currency);
  return (
    <span className={big ? css.moneyBig : css.money}>
      <span className={css.moneySmall}>{sign + symbol}</span>
      {whole}
      <span className={css.moneySmall}>.{cents}</span>
    </span>
  );
}
