import { Button, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Download, ExternalLink, Printer } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { printLabels, type Printable } from '@/api/labels';
import { printFile } from '@/core/labels';
import { dayOf } from '@/core/time';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { useCourierName } from '@/ui/Chips';
import { Code } from '@/ui/Code';
import { Disclosure } from '@/ui/Disclosure';
import { useHub } from '@/ui/hub';
import { ProblemState } from '@/ui/States';
import css from './Labels.module.css';

/** Offers a text as a file, without leaving the page. */
function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

function One({ label }: { readonly label: Printable }): ReactElement {
  const { t } = useWords();
  const courierName = useCourierName();
  const picture = label.printing?.label_url;
  return (
    <li className={css.printable}>
      <span>{courierName(label.courier)} <b className="ol-num">{label.tracking_no}</b></span>
      <span className={css.small}>{label.fulfilment_no}</span>
      {picture && (
        <a href={picture} target="_blank" rel="noreferrer">
          {t('lab.picture')}
          <ExternalLink size={13} aria-hidden="true" />
        </a>
      )}
    </li>
  );
}

function Data({ labels }: { readonly labels: readonly Printable[] }): ReactElement {
  const { t } = useWords();
  const { zone } = useHub();
  const text = printFile(labels);
  return (
    <div className={css.print}>
      <p>{t('lab.vendor_prints')}</p>
      <ul className={css.printables} aria-label={t('lab.list')} tabIndex={0}>{labels.map((label) => <One key={label.id} label={label} />)}</ul>
      <p className={css.small}>{t('lab.counted')}</p>
      <div>
        <Button leftSection={<Download size={15} />} onClick={() => save(text, `${t('lab.file', { day: dayOf(Date.now(), zone) })}.json`)}>
          {t('lab.save')}
        </Button>
      </div>
      <Disclosure show={t('story.more.show')} hide={t('story.more.hide')}>
        {() => <Code text={text} label={t('lab.data')} copyLabel={t('lab.copy')} />}
      </Disclosure>
    </div>
  );
}

interface Props {
  readonly ids: readonly string[];
  readonly close: () => void;
}

/** Fetches the print data once, which counts as printing, and hands it to the person. */
export function PrintDialog({ ids, close }: Props): ReactElement {
  const { t } = useWords();
  const client = useQueryClient();
  const [labels, setLabels] = useState<readonly Printable[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = (): void => {
    setError(null);
    printLabels(ids).then(setLabels, setError).finally(() => {
      void client.invalidateQueries({ queryKey: ['labels'] });
      void client.invalidateQueries({ queryKey: ['order'] });
    });
  };
  useEffect(() => {
    load();
    // Once: each fetch counts as one more printing.
  }, []);
  return (
    <Modal opened onClose={close} size="lg" title={t('lab.dialog', { n: labels?.length ?? ids.length })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {error !== null && <ProblemState error={error} title={t('lab.failed')} retry={load} />}
      {error === null && !labels && <Busy />}
      {labels && <Data labels={labels} />}
    </Modal>
  );
}

interface ButtonProps {
  readonly words: string;
  readonly print: () => void;
  readonly variant?: 'default' | 'light';
}

/** The dialog belongs to whoever stays: a button may go once its labels are printed. */
export function PrintButton({ words, print, variant = 'default' }: ButtonProps): ReactElement {
  return <Button size="compact-sm" variant={variant} leftSection={<Printer size={14} />} onClick={print}>{words}</Button>;
}
