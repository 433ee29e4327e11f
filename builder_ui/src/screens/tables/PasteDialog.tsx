import { Button, Checkbox, Modal, Textarea } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { LiveTable } from '@/api/tables';
import { merged, readPasted, type Row } from '@/core/liveTable';
import { useWords } from '@/i18n';
import { kindsOf, type TableWords } from './words';
import css from './Tables.module.css';

const SHOWN = 5;

interface Props {
  readonly table: LiveTable;
  readonly words: TableWords;
  readonly rows: readonly Row[];
  readonly text: string;
  readonly set: (rows: readonly Row[]) => void;
  readonly close: () => void;
}

/** Rows from a spreadsheet, looked at before they stand in the table. */
export default function PasteDialog({ table, words, rows, text: given, set, close }: Props): ReactElement {
  const { t } = useWords();
  const [text, setText] = useState(given);
  const [instead, setInstead] = useState(false);
  const kinds = kindsOf(table);
  const found = readPasted(kinds, text, words.called);
  const columns = { keys: t(`tab.keys.${table.keys}`), values: t(`tab.values.${table.values}`) };
  const use = (): void => {
    set(merged(kinds, rows, found.rows, instead));
    close();
  };
  return (
    <Modal opened onClose={close} size="lg" title={t('tab.paste')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className={css.paste}>
        <p>{t('tab.paste_how', columns)} {table.values === 'couriers' && t('tab.paste_couriers')}</p>
        <Textarea label={t('tab.paste_label')} data-autofocus rows={8} value={text} onChange={(e) => setText(e.currentTarget.value)} />
        {text.trim() !== '' && (
          <div role="status">
            <b>{t('tab.paste_read', { n: found.rows.length })}</b>
            <ul className={css.preview}>{found.rows.slice(0, SHOWN).map((row) => <li key={row.id}>{words.keys(row)}: {words.value(row)}</li>)}</ul>
            {found.unread.slice(0, SHOWN).map(({ line, what }) => <p key={line} className={css.fault}>{t('tab.paste_unread', { line, what: what || '—' })}</p>)}
          </div>
        )}
        <Checkbox label={t('tab.paste_instead')} checked={instead} onChange={() => setInstead(!instead)} />
        <div className={css.end}>
          <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
          <Button disabled={found.rows.length === 0} onClick={use}>{t('tab.paste_do')}</Button>
        </div>
      </div>
    </Modal>
  );
}
