import { ActionIcon, Menu } from '@mantine/core';
import { ArrowUpDown, Check } from 'lucide-react';
import type { ReactElement } from 'react';
import { SORTS, type Sort } from '@/core/gridQuery';
import { useWords } from '@/i18n';

/** Sorting where there are no column heads to click. */
export function SortMenu({ sort, ask }: { readonly sort: Sort; readonly ask: (change: { sort: Sort }) => void }): ReactElement {
  const { t } = useWords();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={`${t('orders.sort.label')}: ${t(`orders.sort.${sort}`)}`}>
          <ArrowUpDown size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SORTS.map((s) => (
          <Menu.Item key={s} onClick={() => ask({ sort: s })} aria-current={s === sort} rightSection={s === sort ? <Check size={15} /> : null}>
            {t(`orders.sort.${s}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
