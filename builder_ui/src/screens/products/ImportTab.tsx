import { Button, FileButton } from '@mantine/core';
import { CircleAlert, Upload } from 'lucide-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { importTable, TABLES, type TableKind, type TableReport } from '@/api/products';
import { useWords } from '@/i18n';
import { useHub } from '@/ui/hub';
import { useToasts } from '@/store/toasts';
import { sayProblem } from '@/ui/States';
import { ScreenTitle } from '../frame/Frame';
import { useDo } from './useDo';
import css from './Products.module.css';

function Report({ report, done }: { readonly report: TableReport; readonly done: boolean }): ReactElement {
  const { t, say } = useWords();
  const { new: fresh, changed, same, refused } = report;
  return (
    <div className={css.card} role="status">
      <p><b>{t(done ? 'products.import_done' : 'products.import_preview')}</b> {t('products.import_counts', { fresh, changed, same, refused })}</p>
      {report.rows.length > 0 && (
        <table className={css.levels}>
          <tbody>
            {report.rows.map((row) => (
              <tr key={row.row}><td>{t('products.import_row', { n: row.row })}</td><td>{t(`products.import.${row.what}`)}</td><td>{Object.values(row.values).filter(Boolean).join(' · ')}</td></tr>
            ))}
          </tbody>
        </table>
      )}
      <ul className={css.rows}>
        {report.faults.map((fault) => (
          <li key={fault.row} className={css.line}>
            <CircleAlert size={15} aria-hidden="true" />
            <span>{t('products.import_row', { n: fault.row })} {say(fault.message)} <span className={css.quiet}>{fault.how && say(fault.how)}</span></span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A table of products, shop names or stock: looked through first, taken over on a click. */
export default function ImportTab({ tabs }: { readonly tabs: ReactNode }): ReactElement {
  const words = useWords();
  const { t } = words;
  const { user } = useHub();
  const { busy, run } = useDo();
  const show = useToasts((s) => s.show);
  const [kind, setKind] = useState<TableKind>('products');
  const [chosen, setChosen] = useState<File | null>(null);
  const [report, setReport] = useState<TableReport | null>(null);
  const [done, setDone] = useState(false);
  const start = (next: TableKind): void => {
    setKind(next);
    setChosen(null);
    setReport(null);
  };
  const look = async (file: File | null): Promise<void> => {
    setReport(null);
    setDone(false);
    if (!file) return;
    setChosen(file);
    try {
      setReport(await importTable(kind, file, false));
    } catch (error) {
      const said = sayProblem(error, words);
      show('bad', said.title, said.how);
    }
  };
  const apply = async (): Promise<void> => {
    if (!chosen) return;
    await run(async () => {
      const taken = await importTable(kind, chosen, true);
      setReport(taken);
      setDone(true);
      return taken;
    }, (taken) => t('products.imported', { n: taken.new + taken.changed, orders: taken.orders }));
  };
  const useful = report ? report.new + report.changed : 0;
  return (
    <>
      <ScreenTitle title={t('products.import_title')} />
      <div className={css.bar}>{tabs}</div>
      <div className={css.page}>
        <section className={css.newForm}>
          <div className={css.kinds} role="group" aria-label={t('products.import_what')}>
            {TABLES.map((one) => <button key={one} type="button" className={css.kind} aria-pressed={kind === one} onClick={() => start(one)}>{t(`products.table.${one}`)}</button>)}
          </div>
          <p className={css.quiet}>{t(`products.columns.${kind}`)}</p>
          {user.role === 'viewer' ? <p className={css.quiet}>{t('products.import_viewer')}</p> : (
            <div className={css.line}>
              <FileButton key={kind} accept=".csv,.tsv,.txt,.xlsx" onChange={(file) => void look(file)}>
                {(open) => <Button {...open} variant="light" leftSection={<Upload size={16} aria-hidden="true" />}>{t('products.import_choose')}</Button>}
              </FileButton>
              <span className={css.quiet}>{chosen?.name ?? t('products.import_choose_how')}</span>
            </div>
          )}
          {report && <Report report={report} done={done} />}
          {report && !done && <div><Button loading={busy} disabled={useful === 0} onClick={() => void apply()}>{t('products.import_apply', { n: useful })}</Button></div>}
        </section>
      </div>
    </>
  );
}
