import { Button, Checkbox, Popover } from '@mantine/core';
import { SlidersHorizontal } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWords } from '@/i18n';
import { DENSITIES, useUi, type Density } from '@/store/ui';
import { COLUMNS } from './columns';
import css from './Orders.module.css';

const LINES: Readonly<Record<Density, readonly number[]>> = {
  compact: [5, 11, 17, 23, 29], normal: [7, 17, 27], roomy: [10, 25],
};

/** A little picture of the row height. */
function Picture({ density }: { readonly density: Density }): ReactElement {
  const rows = LINES[density];
  const tall = { compact: 3.5, normal: 5, roomy: 8 }[density];
  return (
    <svg viewBox="0 0 52 36" width="52" height="36" aria-hidden="true">
      {rows.map((y) => (
        <g key={y}>
          <rect x="6" y={y - tall / 2 + 0.5} width="12" height={tall} rx="1.5" opacity="0.9" />
          <rect x="21" y={y - tall / 2 + 0.5} width="25" height={tall} rx="1.5" opacity="0.4" />
        </g>
      ))}
    </svg>
  );
}

export function Display(): ReactElement {
  const { t } = useWords();
  const { density, setDensity, hiddenColumns, toggleColumn } = useUi();
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" size="sm" leftSection={<SlidersHorizontal size={15} />}>{t('orders.display')}</Button>
      </Popover.Target>
      <Popover.Dropdown className={css.slotBox ?? ''} aria-label={t('orders.display')}>
        <p className={css.boxHead}>{t('orders.density')}</p>
        <div className={css.densities}>
          {DENSITIES.map((d) => (
            <button key={d} type="button" className={css.density} aria-pressed={density === d} onClick={() => setDensity(d)}>
              <Picture density={d} />
              {t(`orders.density.${d}`)}
            </button>
          ))}
        </div>
        <p className={css.boxHead}>{t('orders.columns')}</p>
        <div className={css.choices}>
          {COLUMNS.filter((c) => !c.fixed).map((c) => (
            <label key={c.id} className={css.choice}>
              <Checkbox size="xs" checked={!hiddenColumns.includes(c.id)} onChange={() => toggleColumn(c.id)} />
              <span className={css.choiceLabel}>{t(c.title)}</span>
            </label>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
